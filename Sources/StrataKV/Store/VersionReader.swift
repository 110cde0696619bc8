import StrataBTree
import StrataDisk

/// Reads versions from a view of the map, each time as the store was at a revision. Any thread; as short-lived as its view.
struct VersionReader {
    let view: TreeView

    /// Lends version and value of `key` as they were at `revision`; nil where there was none. One seek; takes nothing from the
    /// heap for keys of ordinary size.
    @inline(__always)
    func get<R>(
        _ key: RawSpan, at revision: Int64, _ body: (KeyVersion, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        try VersionFormat.withVersionKey(key, revision) { (seek) throws(StorageError) in
            try newest(seek, body)
        }
    }

    /// The same by the key of a version, which need not be there: the newest at or before its revision.
    @inline(__always)
    func newest<R>(
        _ versionKey: RawSpan, _ body: (KeyVersion, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        let found = try view.newest(
            atOrAfter: versionKey, prefixLength: versionKey.byteCount - VersionFormat.revisionSize
        ) { (key, record) throws(StorageError) in try Self.lend(key, record, body) }
        return found ?? nil
    }

    /// The newest version of the key of `versionKey`, which is about to be put into `tree`: for its writer.
    @inline(__always)
    static func newest<R>(
        toPut versionKey: RawSpan, in tree: BufferedTree, _ body: (KeyVersion, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        let found = try tree.newest(
            toPut: versionKey, prefixLength: versionKey.byteCount - VersionFormat.revisionSize
        ) { (key, record) throws(StorageError) in try lend(key, record, body) }
        return found ?? nil
    }

    @inline(__always)
    private static func lend<R>(
        _ key: RawSpan, _ record: RawSpan, _ body: (KeyVersion, RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R? {
        switch try VersionRecord.decode(record, revision: VersionFormat.revision(ofVersionKey: key)) {
        case .tombstone: nil
        case .put(let version, let offset): try body(version, record.extracting(offset...))
        }
    }

    /// `key` as it was at `revision`, copied.
    func keyValue(_ key: [UInt8], at revision: Int64) throws(StorageError) -> KeyValue? {
        try get(key.span.bytes, at: revision) { KeyValue(key: key, $0, value: $1.copy()) }
    }

    /// Lends escaped key, version and value of each key of `range` as it was at `revision`, in key order, until `body` returns
    /// false.
    func scan(
        _ range: KeyRange, at revision: Int64,
        _ body: (_ escapedKey: RawSpan, KeyVersion, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        if range.isEmpty { return }
        if case .single = range.end {
            _ = try VersionFormat.withVersionKey(range.start.span.bytes, revision) {
                (seek) throws(StorageError) -> Bool? in
                try newest(seek) { (version, value) throws(StorageError) in
                    try body(seek.extracting(VersionFormat.escapedKey(in: seek)), version, value)
                }
            }
            return
        }
        var walk = VersionWalk(view, range, at: revision)
        try walk.run(body)
    }

    /// How many keys `range` held at `revision`.
    func count(_ range: KeyRange, at revision: Int64) throws(StorageError) -> Int64 {
        var count: Int64 = 0
        try scan(range, at: revision) { (_, _, _) in
            count += 1
            return true
        }
        return count
    }
}

extension VersionFormat {
    /// Lends the key of `key`'s version at `revision`, built on the stack where it is not too long for that.
    @inline(__always)
    static func withVersionKey<R>(
        _ key: RawSpan, _ revision: Int64, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        try withUnsafeTemporaryAllocation(byteCount: versionKeyBound(key), alignment: 8) {
            (output) throws(StorageError) -> R in
            let size = writeVersionKey(key, revision, into: output)
            return try body(UnsafeRawBufferPointer(rebasing: output[..<size]).bytes)
        }
    }
}
