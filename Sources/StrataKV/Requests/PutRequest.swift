/// Sets a key (etcd's `PutRequest`).
package struct PutRequest: Hashable, Sendable {
    package var key: [UInt8]
    package var value: [UInt8]
    /// 0: attached to no lease.
    package var lease: Int64
    /// Answer with the version that this one follows.
    package var prevKV: Bool
    /// Keep the value that is there, and set only the lease.
    package var ignoreValue: Bool
    /// Keep the lease that is there, and set only the value.
    package var ignoreLease: Bool

    package init(
        key: [UInt8], value: [UInt8] = [], lease: Int64 = 0, prevKV: Bool = false, ignoreValue: Bool = false,
        ignoreLease: Bool = false
    ) {
        self.key = key
        self.value = value
        self.lease = lease
        self.prevKV = prevKV
        self.ignoreValue = ignoreValue
        self.ignoreLease = ignoreLease
    }
}
