import StrataBTree
import StrataDisk
import Synchronization

extension KVStore: EventSource {
    /// See `EventSource`. Served from the compacted revision itself on. A revision below that is refused only once its events
    /// are being removed, so that a reader which follows closely is not cut off by a compaction at the newest revision.
    /// `Event.previous` is left to `version(of:at:)`.
    package func events(from first: Int64, through last: Int64, _ body: (Event) -> Bool) throws {
        let view = tree.view()
        guard first >= removalFloor.load(ordering: .acquiring) else { throw KVError.compacted }
        let cursor = view.makeCursor()
        var isValid = try cursor.seek(VersionFormat.eventKey(first, 0).span.bytes)
        while isValid {
            guard let (revision, _) = cursor.withKey({ VersionFormat.place(ofEventKey: $0) }), revision <= last else {
                return
            }
            let event = try cursor.withValue { (value) throws(StorageError) in
                try Self.event(value, at: revision, VersionReader(view: view))
            }
            guard body(event) else { return }
            isValid = try cursor.next()
        }
    }

    private static func event(
        _ value: RawSpan, at revision: Int64, _ reader: VersionReader
    ) throws(StorageError) -> Event {
        let (kind, key) = try VersionFormat.event(value, at: revision)
        switch kind {
        case .delete: return Event(kind: .delete, keyValue: KeyValue(key: key, modRevision: revision))
        case .put:
            guard let keyValue = try reader.keyValue(key, at: revision), keyValue.modRevision == revision else {
                throw corrupt("event of revision \(revision)", "its version", "none")
            }
            return Event(kind: .put, keyValue: keyValue)
        }
    }

    /// See `EventSource`.
    package func version(of key: [UInt8], at revision: Int64) throws -> KeyValue? {
        let reader = VersionReader(view: tree.view())
        guard revision >= removalFloor.load(ordering: .acquiring) else { return nil }
        return try reader.keyValue(key, at: revision)
    }
}

extension VersionFormat {
    /// Revision and sub of an event's key; nil where the key is of another space.
    @inline(__always)
    static func place(ofEventKey key: RawSpan) -> (revision: Int64, sub: UInt32)? {
        guard key.byteCount == eventKeySize, key.unsafeLoad(as: UInt8.self) == events else { return nil }
        return (
            Int64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 1, as: Int64.self)),
            UInt32(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 1 + revisionSize, as: UInt32.self))
        )
    }

    static func event(_ value: RawSpan, at revision: Int64) throws(StorageError) -> (Event.Kind, key: [UInt8]) {
        guard value.byteCount > 1, let kind = Event.Kind(rawValue: value.unsafeLoad(as: UInt8.self)) else {
            throw KVStore.corrupt("event of revision \(revision)", "kind and key", "\(value.byteCount) bytes")
        }
        return (kind, value.copy(1..<value.byteCount))
    }
}
