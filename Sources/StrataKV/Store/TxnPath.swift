import StrataDisk

/// Which way a transaction and those nested in it go. All compares are evaluated before any operation runs.
struct TxnPath {
    /// The compares hold, so that `success` runs.
    var holds: Bool
    /// Of the nested transactions among the operations that run, in their order.
    var nested: [TxnPath] = []

    init(_ request: TxnRequest, _ reader: VersionReader, at revision: Int64) throws(StorageError) {
        holds = true
        for compare in request.compare where holds {
            holds = try compare.holds(reader, at: revision)
        }
        for case .txn(let request) in chosen(of: request) {
            nested.append(try TxnPath(request, reader, at: revision))
        }
    }

    func chosen(of request: TxnRequest) -> [RequestOp] { holds ? request.success : request.failure }

    /// Visits every range, put and delete that will run, in order, until `body` returns an error, and returns that.
    func firstRefusal(
        in request: TxnRequest, _ body: (RequestOp) throws(StorageError) -> KVError?
    ) throws(StorageError) -> KVError? {
        var rest = nested[...]
        for operation in chosen(of: request) {
            let refusal: KVError?
            if case .txn(let request) = operation {
                refusal = try rest.removeFirst().firstRefusal(in: request, body)
            } else {
                refusal = try body(operation)
            }
            if let refusal { return refusal }
        }
        return nil
    }
}

extension Compare {
    /// Whether the condition holds for every key there is in the range; for a range without keys, see `Compare`.
    func holds(_ reader: VersionReader, at revision: Int64) throws(StorageError) -> Bool {
        var isFound = false
        var holds = true
        try reader.scan(KeyRange(key: key, rangeEnd: rangeEnd), at: revision) { (_, version, value) in
            isFound = true
            holds =
                switch target {
                case .version(let number): result.accepts(version.version, number)
                case .create(let number): result.accepts(version.createRevision, number)
                case .mod(let number): result.accepts(version.modRevision, number)
                case .lease(let number): result.accepts(version.lease, number)
                case .value(let other): result.accepts(order: compareBytes(value, other.span.bytes))
                }
            return holds
        }
        if isFound { return holds }
        switch target {
        case .value: return false
        case .version(let number), .create(let number), .mod(let number), .lease(let number):
            return result.accepts(0, number)
        }
    }
}

extension Compare.Result {
    fileprivate func accepts(_ first: Int64, _ second: Int64) -> Bool {
        accepts(order: first < second ? -1 : first == second ? 0 : 1)
    }

    /// `order`: negative, 0 or positive, as the first is less, equal or greater.
    fileprivate func accepts(order: Int) -> Bool {
        switch self {
        case .equal: order == 0
        case .greater: order > 0
        case .less: order < 0
        case .notEqual: order != 0
        }
    }
}
