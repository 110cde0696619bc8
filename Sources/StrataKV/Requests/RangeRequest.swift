/// Reads a key or a range of keys (etcd's `RangeRequest`).
package struct RangeRequest: Hashable, Sendable {
    package enum SortOrder: UInt8, CaseIterable, Sendable {
        case none = 0
        case ascend = 1
        case descend = 2
    }

    package enum SortTarget: UInt8, CaseIterable, Sendable {
        case key = 0
        case version = 1
        case create = 2
        case mod = 3
        case value = 4
    }

    package var key: [UInt8]
    /// Empty: `key` alone; a single zero byte: everything from `key` on; else keys before it.
    package var rangeEnd: [UInt8]
    /// At most so many key-values are answered; 0 or less: all.
    package var limit: Int64
    /// The store as it was at this revision; 0 or less: as it is.
    package var revision: Int64
    package var sortOrder: SortOrder
    /// Any but `key` sorts ascending where the order is `none`.
    package var sortTarget: SortTarget
    /// Key-values come without their values.
    package var keysOnly: Bool
    /// No key-values, only how many there are.
    package var countOnly: Bool
    /// These filter key-values, not `count`, before the limit cuts; 0 or less: no bound.
    package var minModRevision: Int64 = 0
    package var maxModRevision: Int64 = 0
    package var minCreateRevision: Int64 = 0
    package var maxCreateRevision: Int64 = 0

    package init(
        key: [UInt8], rangeEnd: [UInt8] = [], limit: Int64 = 0, revision: Int64 = 0, sortOrder: SortOrder = .none,
        sortTarget: SortTarget = .key, keysOnly: Bool = false, countOnly: Bool = false
    ) {
        self.key = key
        self.rangeEnd = rangeEnd
        self.limit = limit
        self.revision = revision
        self.sortOrder = sortOrder
        self.sortTarget = sortTarget
        self.keysOnly = keysOnly
        self.countOnly = countOnly
    }
}
