import StrataBTree
import StrataDisk

extension KVStore {
    /// Compares first, those of the whole nesting; then checks all that will run; then runs it. So nothing is half done.
    func txn(_ request: TxnRequest) throws(StorageError) -> KVReply {
        let reader = VersionReader(view: tree.view())
        let path = try TxnPath(request, reader, at: writer.revision)
        if let refusal = try refusal(of: request, path, reader, newest: writer.revision) { return .failure(refusal) }
        return .txn(try run(request, path, reader, at: nil))
    }

    /// The same as of `revision` for a transaction that changes nothing.
    func txn(
        readOnly request: TxnRequest, _ reader: VersionReader, at revision: Int64
    ) throws(StorageError) -> Result<TxnResponse, KVError> {
        let path = try TxnPath(request, reader, at: revision)
        if let refusal = try refusal(of: request, path, reader, newest: revision) { return .failure(refusal) }
        return .success(try run(request, path, reader, at: revision))
    }

    private func refusal(
        of request: TxnRequest, _ path: TxnPath, _ reader: VersionReader, newest: Int64
    ) throws(StorageError) -> KVError? {
        try path.firstRefusal(in: request) { (operation) throws(StorageError) in
            switch operation {
            case .range(let request): return refusal(of: request.revision, newest: newest)
            case .put(let request):
                // No operation before it can have made the key, as one transaction changes a key once.
                if request.ignoreValue || request.ignoreLease {
                    let isThere = try reader.get(request.key.span.bytes, at: newest) { (_, _) in true } ?? false
                    if !isThere { return .keyNotFound }
                }
                return request.lease != 0 && !hasLease(request.lease) ? .leaseNotFound : nil
            case .deleteRange, .txn: return nil
            }
        }
    }

    /// `revision`: what a read-only transaction reads at; nil for one that may write, whose operations see the earlier ones.
    private func run(
        _ request: TxnRequest, _ path: TxnPath, _ reader: VersionReader, at revision: Int64?
    ) throws(StorageError) -> TxnResponse {
        var responses: [ResponseOp] = []
        var nested = path.nested[...]
        for operation in path.chosen(of: request) {
            switch operation {
            case .range(let request):
                let current = revision ?? writer.workingRevision
                responses.append(.range(try reader.range(request, current: current)))
            case .put(let request):
                precondition(revision == nil, "a put in a read-only transaction")
                responses.append(.put(try put(request)))
            case .deleteRange(let request):
                precondition(revision == nil, "a delete in a read-only transaction")
                responses.append(.deleteRange(try delete(request)))
            case .txn(let request):
                responses.append(.txn(try run(request, nested.removeFirst(), reader, at: revision)))
            }
        }
        return TxnResponse(
            revision: revision ?? writer.workingRevision, succeeded: path.holds, responses: responses)
    }

    /// A put that has been checked.
    private func put(_ request: PutRequest) throws(StorageError) -> PutResponse {
        let options = VersionWriter.PutOptions(
            keepsValue: request.ignoreValue, keepsLease: request.ignoreLease, wantsPrevious: request.prevKV)
        var previous: KeyValue?
        let isThere = try writer.put(
            request.key.span.bytes, request.value.span.bytes, lease: request.lease, options, previous: &previous)
        precondition(isThere, "the transaction was checked")
        return PutResponse(revision: writer.workingRevision, previous: previous)
    }
}
