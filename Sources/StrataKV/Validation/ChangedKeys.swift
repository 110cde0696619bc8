/// What a list of operations may change, found while checking that none changes a key that another puts.
///
/// One step beyond etcd: there a nested transaction may delete what an earlier one beside it puts, though not the other way
/// round. Here no revision changes a key twice, in whatever order.
struct ChangedKeys {
    private(set) var puts: Set<[UInt8]> = []
    private(set) var deletes: [KeyRange] = []

    /// Throws `.duplicateKey`.
    init(_ operations: [RequestOp]) throws(KVError) {
        // The operation that puts a key, and the one that deletes a range.
        var putBy: [[UInt8]: Int] = [:]
        var deleteBy: [(range: KeyRange, operation: Int)] = []
        for (index, operation) in operations.enumerated() {
            switch operation {
            case .range: break
            case .put(let request):
                guard putBy.updateValue(index, forKey: request.key) == nil else { throw .duplicateKey }
            case .deleteRange(let request):
                let range = KeyRange(key: request.key, rangeEnd: request.rangeEnd)
                if !range.isEmpty { deleteBy.append((range, index)) }
            case .txn(let request):
                // Only one of the two lists runs, so that they may change the same keys.
                for changed in [try ChangedKeys(request.success), try ChangedKeys(request.failure)] {
                    for key in changed.puts {
                        let other = putBy.updateValue(index, forKey: key)
                        guard other == nil || other == index else { throw .duplicateKey }
                    }
                    deleteBy += changed.deletes.map { ($0, index) }
                }
            }
        }
        if !deleteBy.isEmpty { try Self.sweep(putBy, deleteBy) }
        puts = Set(putBy.keys)
        deletes = deleteBy.map(\.range)
    }

    /// Passes over all keys in order and knows, at each put, how many deletes of other operations cover it: hostile requests
    /// have tens of thousands of both.
    private static func sweep(
        _ putBy: [[UInt8]: Int], _ deleteBy: [(range: KeyRange, operation: Int)]
    ) throws(KVError) {
        var starts = deleteBy.sorted { $0.range.start.lexicographicallyPrecedes($1.range.start) }[...]
        var ends = deleteBy.compactMap { delete in delete.range.firstAfter.map { ($0, delete.operation) } }
            .sorted { $0.0.lexicographicallyPrecedes($1.0) }[...]
        var open = 0
        var openOf: [Int: Int] = [:]
        for (key, operation) in putBy.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            while let first = starts.first, !key.lexicographicallyPrecedes(first.range.start) {
                starts.removeFirst()
                open += 1
                openOf[first.operation, default: 0] += 1
            }
            while let first = ends.first, !key.lexicographicallyPrecedes(first.0) {
                ends.removeFirst()
                open -= 1
                openOf[first.1, default: 0] -= 1
            }
            guard open == openOf[operation, default: 0] else { throw .duplicateKey }
        }
    }
}

extension KeyRange {
    /// The first key behind the range; nil where none is.
    fileprivate var firstAfter: [UInt8]? {
        switch end {
        case .single: start + [0]
        case .unbounded: nil
        case .before(let end): end
        }
    }
}
