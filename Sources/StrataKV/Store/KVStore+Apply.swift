import StrataBTree
import StrataCodec
import StrataDisk

extension KVStore {
    /// Carries out the command of a log's entry. See `StateMachine.apply`: `index` is above all applied ones, `time` in
    /// milliseconds since 1970. What the command may not do is answered as `.failure`, and has changed nothing.
    package func apply(_ command: RawSpan, index: UInt64, time: UInt64) throws(StorageError) -> KVReply {
        if let failure { throw StorageError(kind: .poisoned("\(failure)"), file: "key-value store") }
        precondition(index > lastIndex, "entries are applied in order")
        outcome = nil
        let reply: KVReply
        if command.byteCount > 0, command.unsafeLoad(as: UInt8.self) == CommandFormat.Kind.put {
            var reader = ByteReader(at: 1)
            let put: PutCommand
            do throws(CodecError) {
                put = try PutCommand(&reader, from: command)
                try CommandFormat.ends(reader, command)
            } catch { throw Self.noCommand(error, index) }
            do throws(StorageError) { reply = try self.put(put, in: command) } catch { throw fail(error) }
        } else {
            let decoded: KVCommand
            do throws(CodecError) { decoded = try CommandFormat.decode(command) } catch {
                throw Self.noCommand(error, index)
            }
            do throws(StorageError) { reply = try carryOut(decoded, index: index, time: time) } catch {
                throw fail(error)
            }
        }
        writer.endRevision()
        lastIndex = index
        acknowledged.applied(index, writer.revision)
        return reply
    }

    static func noCommand(_ error: CodecError, _ index: UInt64) -> StorageError {
        StorageError(
            kind: .corrupt(field: "command", expected: "a command", found: error.description), file: "log entry",
            offset: index)
    }

    /// The command may be half done, and the next ones build on it.
    private func fail(_ error: StorageError) -> StorageError {
        failure = error
        return error
    }

    /// A put straight from the command's bytes: one search for the newest version, two insertions.
    @inline(__always)
    private func put(_ command: PutCommand, in bytes: RawSpan) throws(StorageError) -> KVReply {
        let key = bytes.extracting(command.key)
        let value = bytes.extracting(command.value)
        var options = VersionWriter.PutOptions()
        if command.flags != 0 {
            options.keepsValue = command.has(CommandFormat.Flag.ignoreValue)
            options.keepsLease = command.has(CommandFormat.Flag.ignoreLease)
            options.wantsPrevious = command.has(CommandFormat.Flag.prevKV)
        }
        if key.byteCount == 0 { return .failure(.emptyKey) }
        if VersionFormat.escapedSize(key) > maximumKeySize { return .failure(.keyTooLong(limit: maximumKeySize)) }
        if options.keepsValue, value.byteCount > 0 { return .failure(.valueProvided) }
        if command.lease != 0 {
            if options.keepsLease { return .failure(.leaseProvided) }
            if !hasLease(command.lease) { return .failure(.leaseNotFound) }
        }
        var previous: KeyValue?
        guard try writer.put(key, value, lease: command.lease, options, previous: &previous) else {
            return .failure(.keyNotFound)
        }
        if !options.needsKey { outcome = writer.plainVersion }
        return .put(PutResponse(revision: writer.workingRevision, previous: previous))
    }

    private func carryOut(_ command: KVCommand, index: UInt64, time: UInt64) throws(StorageError) -> KVReply {
        do throws(KVError) { try command.validate(maximumKeySize: maximumKeySize) } catch { return .failure(error) }
        switch command {
        case .put:
            preconditionFailure("puts are carried out from their bytes")
        case .deleteRange(let request):
            return .deleteRange(try delete(request))
        case .txn(let request):
            return try txn(request)
        case .range(let request):
            if let error = refusal(of: request.revision, newest: writer.revision) { return .failure(error) }
            return .range(try VersionReader(view: tree.view()).range(request, current: writer.revision))
        case .compaction(let request):
            guard request.revision > compactedRevision else { return .failure(.compacted) }
            guard request.revision <= writer.revision else { return .failure(.futureRevision) }
            compact(to: request.revision)
            return .compaction(CompactionResponse(revision: writer.revision))
        case .leaseGrant(let request):
            return grant(request, index: index, time: time)
        case .leaseRevoke(let request):
            return try revoke(request)
        }
    }

    /// Why a read of `revision`, where it is above 0, cannot be answered.
    func refusal(of revision: Int64, newest: Int64) -> KVError? {
        if revision <= 0 { return nil }
        if revision > newest { return .futureRevision }
        return revision < compactedRevision ? .compacted : nil
    }

    /// Deletes what is there in the revision under way.
    func delete(_ request: DeleteRangeRequest) throws(StorageError) -> DeleteRangeResponse {
        var doomed: [KeyValue] = []
        try VersionReader(view: tree.view()).scan(
            KeyRange(key: request.key, rangeEnd: request.rangeEnd), at: writer.workingRevision
        ) { (key, version, value) in
            doomed.append(
                KeyValue(key: VersionFormat.unescape(key), version, value: request.prevKV ? value.copy() : []))
            return true
        }
        for keyValue in doomed { writer.delete(keyValue.key.span.bytes, lease: keyValue.lease) }
        return DeleteRangeResponse(
            revision: writer.workingRevision, deleted: Int64(doomed.count), previous: request.prevKV ? doomed : [])
    }
}
