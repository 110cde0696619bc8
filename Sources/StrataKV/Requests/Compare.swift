/// A condition of a transaction (etcd's `Compare`): it holds for a key, or for every key of a range.
///
/// A key that is not there has create and mod revision, version and lease 0; its value compares to nothing, so that a
/// compare of values fails on it whatever the result asked for.
package struct Compare: Hashable, Sendable {
    /// Numbers of etcd's `Compare.CompareResult`.
    package enum Result: UInt8, CaseIterable, Sendable {
        case equal = 0
        case greater = 1
        case less = 2
        case notEqual = 3
    }

    /// What is compared, and with what.
    package enum Target: Hashable, Sendable {
        case version(Int64)
        case create(Int64)
        case mod(Int64)
        case value([UInt8])
        case lease(Int64)
    }

    package var key: [UInt8]
    /// As in `RangeRequest`.
    package var rangeEnd: [UInt8]
    package var result: Result
    package var target: Target

    package init(key: [UInt8], rangeEnd: [UInt8] = [], _ result: Result, _ target: Target) {
        self.key = key
        self.rangeEnd = rangeEnd
        self.result = result
        self.target = target
    }
}
