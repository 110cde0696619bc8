/// Asks after a lease (etcd's `LeaseTimeToLiveRequest`).
package struct LeaseTimeToLiveRequest: Hashable, Sendable {
    package var id: Int64
    /// List the attached keys too.
    package var keys: Bool

    package init(id: Int64, keys: Bool = false) {
        self.id = id
        self.keys = keys
    }
}
