/// Asks for a lease (etcd's `LeaseGrantRequest`).
package struct LeaseGrantRequest: Hashable, Sendable {
    /// Two seconds: one and a half of etcd's default election timeout, rounded up. Less is raised to it.
    package static let minimumTTL: Int64 = 2
    /// In seconds; etcd's bound.
    package static let maximumTTL: Int64 = 9_000_000_000

    /// Seconds.
    package var ttl: Int64
    /// 0: the store picks one.
    package var id: Int64

    package init(ttl: Int64, id: Int64 = 0) {
        self.ttl = ttl
        self.id = id
    }
}
