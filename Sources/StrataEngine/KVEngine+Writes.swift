import StrataDisk
import StrataKV
import StrataReplica
import Synchronization

/// Writing: blocking calls return once the change is acknowledged; `submit` returns at once, and `wait` says when it is.
extension KVEngine {
    /// Sets `key` to `value`; returns the change's revision. Takes nothing from the heap.
    @discardableResult
    package func put(_ key: RawSpan, _ value: RawSpan, lease: Int64 = 0) throws -> Int64 {
        try check(key, value)
        let reply = try core.local.execute { CommandFormat.encodePut(key: key, value: value, lease: lease, into: $0) }
        return try Self.revision(of: reply)
    }

    /// As `put`, at once; the revision is not to be acted upon before `wait(through:)` returns for the index.
    package func submitPut(
        _ key: RawSpan, _ value: RawSpan, lease: Int64 = 0
    ) throws -> (index: UInt64, revision: Int64) {
        try check(key, value)
        let (index, reply) = try core.local.submit {
            CommandFormat.encodePut(key: key, value: value, lease: lease, into: $0)
        }
        return (index, try Self.revision(of: reply))
    }

    package func put(_ request: PutRequest) throws -> PutResponse {
        guard case .put(let response) = try execute(.put(request)) else { preconditionFailure("no answer to a put") }
        return response
    }

    package func deleteRange(_ request: DeleteRangeRequest) throws -> DeleteRangeResponse {
        guard case .deleteRange(let response) = try execute(.deleteRange(request)) else {
            preconditionFailure("no answer to a delete")
        }
        return response
    }

    /// A transaction that writes on neither branch is answered like a read.
    package func txn(_ request: TxnRequest) throws -> TxnResponse {
        if request.isReadOnly { return try store.txn(readOnly: request) }
        guard case .txn(let response) = try execute(.txn(request)) else {
            preconditionFailure("no answer to a transaction")
        }
        return response
    }

    /// Gives up history before a revision. With `physical`, returns once its room in the tree can be used again.
    package func compact(_ request: CompactionRequest) throws -> CompactionResponse {
        // Watchers who have not been told of what is compacted away would be canceled.
        let through = min(request.revision, store.visibleRevision)
        if case .inline = options.store.threading {
            while hub.step() {}
        } else if core.machine.isWatched.load(ordering: .acquiring) {
            _ = hub.waitDistributed(through: through, atMost: 1_000_000_000)
        }
        guard case .compaction(let response) = try execute(.compaction(request)) else {
            preconditionFailure("no answer to a compaction")
        }
        while request.physical && store.compactionPending { try core.local.checkpoint() }
        return response
    }

    // MARK: Commands in general

    /// Orders and applies `command`; returns its reply once it is acknowledged. A failure of the request is thrown.
    package func execute(_ command: KVCommand) throws -> KVReply {
        try command.validate(maximumKeySize: store.maximumKeySize)
        let reply = try withEncoded(command) { (bytes) throws in try core.local.execute(bytes) }
        return try settle(reply, of: command)
    }

    /// As `execute`, at once; the reply is not to be acted upon before `wait(through:)` returns for the index.
    package func submit(_ command: KVCommand) throws -> (index: UInt64, reply: KVReply) {
        try command.validate(maximumKeySize: store.maximumKeySize)
        let (index, reply) = try withEncoded(command) { (bytes) throws in try core.local.submit(bytes) }
        return (index, try settle(reply, of: command))
    }

    /// Returns once the command of `index` is acknowledged, with the newest index that is.
    @discardableResult
    package func wait(through index: UInt64) throws(StorageError) -> UInt64 { try core.local.wait(through: index) }

    private func withEncoded<R>(_ command: KVCommand, _ body: (RawSpan) throws -> R) throws -> R {
        try buffers.with { buffer in
            CommandFormat.encode(command, into: buffer)
            guard buffer.count <= CommandFormat.maximumSize else { throw KVError.requestTooLarge }
            return try buffer.withBytes { (bytes) throws in try body(bytes) }
        }
    }

    /// Tells the keeper of deadlines, and throws where the request failed.
    private func settle(_ reply: KVReply, of command: KVCommand) throws -> KVReply {
        switch reply {
        case .leaseGrant(let response): lessor.restore(response.id, ttl: response.ttl)
        case .failure(let error):
            if case .leaseRevoke(let request) = command, error == .leaseNotFound { lessor.revoke(request.id) }
            throw error
        case .leaseRevoke:
            if case .leaseRevoke(let request) = command { lessor.revoke(request.id) }
        case .put, .deleteRange, .txn, .compaction, .range: break
        }
        return reply
    }

    /// What `PutRequest.validate` and the size limit refuse, for bytes that are lent.
    @inline(__always)
    private func check(_ key: RawSpan, _ value: RawSpan) throws(KVError) {
        guard key.byteCount > 0 else { throw .emptyKey }
        guard VersionFormat.escapedSize(key) <= store.maximumKeySize else {
            throw .keyTooLong(limit: store.maximumKeySize)
        }
        // Kind, flags, lease and two lengths: 16 bytes at most.
        guard key.byteCount + value.byteCount <= CommandFormat.maximumSize - 16 else { throw .requestTooLarge }
    }

    @inline(__always)
    private static func revision(of reply: KVReply) throws -> Int64 {
        switch reply {
        case .put(let response): return response.revision
        case .failure(let error): throw error
        default: preconditionFailure("no answer to a put")
        }
    }
}
