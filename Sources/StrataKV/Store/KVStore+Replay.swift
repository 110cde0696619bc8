import StrataCodec
import StrataDisk

/// What a put found: age and version of the version that it made, as in a record, each a varint. A put that keeps a value or a lease, or
/// that a lease has to do with, has no outcome, and neither have other commands: they are replayed as they were applied.
///
/// Without it a replay would read a page of the tree for nearly every put, all over the file: most of what a recovery takes.
extension KVStore {
    /// See `StateMachine.appendOutcome`.
    package func appendOutcome(to entry: IOBuffer) {
        guard let version = outcome else { return }
        entry.append(varint: UInt64(version.modRevision - version.createRevision))
        entry.append(varint: UInt64(version.version))
    }

    /// See `StateMachine.replay`.
    package func replay(_ command: RawSpan, outcome: RawSpan, index: UInt64, time: UInt64) throws(StorageError) {
        if outcome.byteCount == 0 {
            _ = try apply(command, index: index, time: time)
            return
        }
        if let failure { throw StorageError(kind: .poisoned("\(failure)"), file: "key-value store") }
        precondition(index > lastIndex, "entries are applied in order")
        do throws(CodecError) {
            var reader = ByteReader()
            guard try reader.read(UInt8.self, from: command) == CommandFormat.Kind.put else {
                throw .malformed("the outcome of another command than a put")
            }
            let put = try PutCommand(&reader, from: command)
            try CommandFormat.ends(reader, command)
            let key = command.extracting(put.key)
            guard put.flags & ~CommandFormat.Flag.prevKV == 0, key.byteCount > 0,
                VersionFormat.escapedSize(key) <= maximumKeySize
            else { throw .malformed("the outcome of a put that has none") }
            writer.putAgain(key, command.extracting(put.value), try version(from: outcome))
        } catch { throw Self.noCommand(error, index) }
        writer.endRevision()
        lastIndex = index
        acknowledged.applied(index, writer.revision)
    }

    private func version(from outcome: RawSpan) throws(CodecError) -> KeyVersion {
        var reader = ByteReader()
        let age = try reader.readVarint(from: outcome)
        let version = try reader.readVarint(from: outcome)
        try CommandFormat.ends(reader, outcome)
        let revision = writer.revision + 1
        // As in a record, and a key's first version is the one that made it.
        guard age < UInt64(revision), version > 0, version <= age + 1, (age == 0) == (version == 1) else {
            throw .malformed("version \(version) at age \(age) and revision \(revision)")
        }
        return KeyVersion(
            createRevision: revision - Int64(age), modRevision: revision, version: Int64(version), lease: 0)
    }
}
