/// A lease as the store keeps it: without a deadline, which is not part of the replicated state.
package struct LeaseInfo: Hashable, Sendable {
    package var id: Int64
    /// Seconds.
    package var ttl: Int64
    /// Milliseconds since 1970: the time of the command that granted it.
    package var granted: UInt64

    package init(id: Int64, ttl: Int64, granted: UInt64) {
        self.id = id
        self.ttl = ttl
        self.granted = granted
    }
}
