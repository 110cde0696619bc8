extension TxnRequest {
    /// etcd's `--max-txn-ops`. Each level of a nesting takes the longest of its three lists from what is left.
    package static let maximumOperations = 128

    package func validate(maximumKeySize limit: Int) throws(KVError) {
        try validate(maximumKeySize: limit, budget: Self.maximumOperations)
        _ = try ChangedKeys(success)
        _ = try ChangedKeys(failure)
    }

    private func validate(maximumKeySize limit: Int, budget: Int) throws(KVError) {
        let count = max(compare.count, success.count, failure.count)
        guard count <= budget else { throw .tooManyOperations }
        for compare in compare where compare.key.isEmpty { throw .emptyKey }
        for operations in [success, failure] {
            for operation in operations {
                switch operation {
                case .range(let request): try request.validate()
                case .put(let request): try request.validate(maximumKeySize: limit)
                case .deleteRange(let request): try request.validate()
                case .txn(let request): try request.validate(maximumKeySize: limit, budget: budget - count)
                }
            }
        }
    }

    /// Changes nothing, whichever way its compares go.
    package var isReadOnly: Bool {
        (success + failure).allSatisfy { operation in
            switch operation {
            case .range: true
            case .put, .deleteRange: false
            case .txn(let request): request.isReadOnly
            }
        }
    }
}
