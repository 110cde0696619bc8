import StrataBTree
import StrataCodec
import StrataDisk

/// What an opened store has in memory: the meta entry and the leases. See `VersionFormat`.
struct StoredState {
    var revision: Int64 = 1
    var compacted: Int64 = 0
    var leases: [Int64: LeaseInfo] = [:]

    /// Throws `.newerVersion` for a store of a later format.
    init(_ view: TreeView) throws(StorageError) {
        let found = try view.get(VersionFormat.metaKey.span.bytes) { (bytes) throws(StorageError) in
            guard bytes.byteCount == VersionFormat.metaValueSize else {
                throw KVStore.corrupt("meta size", "\(VersionFormat.metaValueSize)", "\(bytes.byteCount)")
            }
            let version = UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
            guard version <= VersionFormat.version else {
                throw StorageError(
                    kind: .newerVersion(found: Int(version), supported: Int(VersionFormat.version)),
                    file: "key-value store", remedy: "open it with the release that wrote it or a later one")
            }
            return (
                Int64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 4, as: Int64.self)),
                Int64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: 12, as: Int64.self))
            )
        }
        if let found {
            (revision, compacted) = found
            guard revision >= 1, compacted >= 0, compacted <= revision else {
                throw KVStore.corrupt("meta", "compacted at or before the revision", "\(compacted) and \(revision)")
            }
        }
        try Self.forEachLease(view) { leases[$0.id] = $0 }
    }

    static func encoded(revision: Int64, compacted: Int64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: VersionFormat.version)
        bytes.append(littleEndian: revision)
        bytes.append(littleEndian: compacted)
        return bytes
    }

    static func encoded(_ lease: LeaseInfo) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: lease.ttl)
        bytes.append(littleEndian: lease.granted)
        return bytes
    }

    /// Every stored lease.
    static func forEachLease(_ view: TreeView, _ body: (LeaseInfo) -> Void) throws(StorageError) {
        let cursor = view.makeCursor()
        var isValid = try cursor.seek([VersionFormat.leases].span.bytes)
        while isValid {
            let id = cursor.withKey { key -> Int64? in
                guard key.byteCount == VersionFormat.leaseKeySize,
                    key.unsafeLoad(as: UInt8.self) == VersionFormat.leases
                else { return nil }
                return Int64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 1, as: Int64.self))
            }
            guard let id else { return }
            let lease = try cursor.withValue { (value) throws(StorageError) in
                guard value.byteCount == VersionFormat.leaseValueSize else {
                    throw KVStore.corrupt("lease size", "\(VersionFormat.leaseValueSize)", "\(value.byteCount)")
                }
                return LeaseInfo(
                    id: id, ttl: Int64(littleEndian: value.unsafeLoadUnaligned(fromByteOffset: 0, as: Int64.self)),
                    granted: UInt64(littleEndian: value.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)))
            }
            body(lease)
            isValid = try cursor.next()
        }
    }
}
