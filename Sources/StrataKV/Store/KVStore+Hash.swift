import StrataBTree
import StrataCodec
import StrataDisk

extension KVStore {
    /// Over keys and records, whole, of the versions after the compacted revision up to `revision` (0: the newest) and of
    /// those that stand at the compacted one. Independent of checkpoints and of how far removal has come. Walks all versions.
    /// Throws `KVError` for a revision that is compacted or in the future.
    package func hashKV(at revision: Int64 = 0) throws -> HashKVResponse {
        let (reader, newest) = try reader(at: revision)
        let last = revision > 0 ? revision : newest
        let compacted = min(compactedRevision, last)
        var crc: UInt32 = 0
        // Of the key at hand, the version that stands at the compacted revision has been seen.
        var isDone = false
        try VersionGroups(view: reader.view).forEach { (key, record, isFirst) in
            if isFirst { isDone = false }
            let found = VersionFormat.revision(ofVersionKey: key)
            if isDone || found > last { return true }
            if found <= compacted {
                isDone = true
                if record.byteCount > 0, record.unsafeLoad(as: UInt8.self) == VersionFormat.RecordKind.tombstone {
                    return true
                }
            }
            crc = CRC32C.checksum(key, seed: crc)
            let size = UInt32(truncatingIfNeeded: record.byteCount).littleEndian
            crc = withUnsafeBytes(of: size) { CRC32C.checksum($0.bytes, seed: crc) }
            crc = CRC32C.checksum(record, seed: crc)
            return true
        }
        return HashKVResponse(hash: crc, hashRevision: last, compactRevision: compacted, revision: newest)
    }
}
