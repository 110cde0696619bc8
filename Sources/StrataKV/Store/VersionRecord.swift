import StrataCodec
import StrataDisk

/// The value of a version's entry. See `VersionFormat`.
enum VersionRecord {
    case tombstone
    /// The value begins at byte `valueOffset` of the record.
    case put(KeyVersion, valueOffset: Int)

    private typealias Kind = VersionFormat.RecordKind

    @inline(__always)
    static func appendTombstone(to buffer: IOBuffer) { buffer.append(littleEndian: Kind.tombstone) }

    /// Appends everything but the value.
    @inline(__always)
    static func append(_ version: KeyVersion, to buffer: IOBuffer) {
        if version.lease == 0 {
            buffer.append(littleEndian: Kind.put)
        } else {
            buffer.append(littleEndian: Kind.leasedPut)
            buffer.append(littleEndian: version.lease)
        }
        buffer.append(varint: UInt64(version.modRevision - version.createRevision))
        buffer.append(varint: UInt64(version.version))
    }

    /// `revision`: that of the entry's key. Throws `.corrupt` where the bytes are no record.
    @inline(__always)
    static func decode(_ bytes: RawSpan, revision: Int64) throws(StorageError) -> VersionRecord {
        do throws(CodecError) {
            var reader = ByteReader()
            let kind = try reader.read(UInt8.self, from: bytes)
            var lease: Int64 = 0
            switch kind {
            case Kind.put: break
            case Kind.leasedPut: lease = try reader.read(Int64.self, from: bytes)
            case Kind.tombstone:
                guard bytes.byteCount == 1 else { throw .malformed("a tombstone with a value") }
                return .tombstone
            default: throw .malformed("kind \(kind)")
            }
            let age = try reader.readVarint(from: bytes)
            let version = try reader.readVarint(from: bytes)
            guard age < UInt64(revision), version > 0, version <= age + 1 else {
                throw .malformed("version \(version) at age \(age) and revision \(revision)")
            }
            return .put(
                KeyVersion(
                    createRevision: revision - Int64(age), modRevision: revision, version: Int64(version), lease: lease),
                valueOffset: reader.offset)
        } catch {
            throw StorageError(
                kind: .corrupt(field: "version record", expected: "a record", found: error.description),
                file: "key-value store", offset: UInt64(revision))
        }
    }
}

extension IOBuffer {
    @inline(__always)
    func append(varint value: UInt64) {
        if value < 0x80 {
            append(littleEndian: UInt8(truncatingIfNeeded: value))
        } else {
            appendInPlace(atMost: Varint.maximumSize) { Varint.encode(value, into: $0) }
        }
    }
}
