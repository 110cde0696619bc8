/// Deletes a key or a range of keys in one revision (etcd's `DeleteRangeRequest`).
package struct DeleteRangeRequest: Hashable, Sendable {
    package var key: [UInt8]
    /// As in `RangeRequest`.
    package var rangeEnd: [UInt8]
    /// Answer with what is deleted.
    package var prevKV: Bool

    package init(key: [UInt8], rangeEnd: [UInt8] = [], prevKV: Bool = false) {
        self.key = key
        self.rangeEnd = rangeEnd
        self.prevKV = prevKV
    }
}
