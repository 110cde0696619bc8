/// Ends a lease and deletes, in one revision, every key attached to it (etcd's `LeaseRevokeRequest`).
package struct LeaseRevokeRequest: Hashable, Sendable {
    package var id: Int64

    package init(id: Int64) { self.id = id }
}
