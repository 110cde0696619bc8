/// One version of a key, as etcd's `mvccpb.KeyValue`.
package struct KeyValue: Hashable, Sendable {
    package var key: [UInt8]
    /// Revision that made the present generation of the key; 0 in a tombstone.
    package var createRevision: Int64
    /// Revision of this change.
    package var modRevision: Int64
    /// 1 at creation, one more with each put; a delete resets it to 0.
    package var version: Int64
    /// 0: attached to no lease.
    package var lease: Int64
    package var value: [UInt8]

    package init(
        key: [UInt8], createRevision: Int64 = 0, modRevision: Int64 = 0, version: Int64 = 0, lease: Int64 = 0,
        value: [UInt8] = []
    ) {
        self.key = key
        self.createRevision = createRevision
        self.modRevision = modRevision
        self.version = version
        self.lease = lease
        self.value = value
    }
}
