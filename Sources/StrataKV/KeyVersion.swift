/// What a version says of a key beside its value.
package struct KeyVersion: Hashable, Sendable {
    /// Revision that made the present generation of the key.
    package var createRevision: Int64
    /// Revision of this version.
    package var modRevision: Int64
    /// 1 at creation, one more with each put.
    package var version: Int64
    /// 0: attached to no lease.
    package var lease: Int64

    package init(createRevision: Int64, modRevision: Int64, version: Int64, lease: Int64) {
        self.createRevision = createRevision
        self.modRevision = modRevision
        self.version = version
        self.lease = lease
    }
}

extension KeyValue {
    package init(key: [UInt8], _ version: KeyVersion, value: [UInt8] = []) {
        self.init(
            key: key, createRevision: version.createRevision, modRevision: version.modRevision,
            version: version.version,
            lease: version.lease, value: value)
    }
}
