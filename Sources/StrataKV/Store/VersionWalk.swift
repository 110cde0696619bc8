import Glibc
import StrataBTree
import StrataDisk

/// One pass over the keys of a range as they were at a revision.
///
/// Versions that do not count, newer ones before the right one and older ones behind it, are stepped over a few times and then
/// jumped by a seek: a step is many times cheaper than a seek, but a key may have a million versions.
struct VersionWalk {
    private static let stepsBeforeSeek = 4

    private let cursor: MergedCursor
    private let range: KeyRange
    private let revision: Int64
    /// The first version key behind the range; empty where it has no end.
    private let bound: [UInt8]
    /// Space, escaped key and terminator of the key at hand, with room for a revision behind them.
    private let current = IOBuffer(capacity: 256)
    /// The key at hand is done with.
    private var isDone = false
    private var steps = 0

    init(_ view: TreeView, _ range: KeyRange, at revision: Int64) {
        cursor = view.makeCursor()
        self.range = range
        self.revision = revision
        if case .before(let end) = range.end {
            bound = Self.bytes(of: end, .max)
        } else {
            bound = []
        }
    }

    /// The key of `key`'s version at `revision`. With the greatest revision it is before all others of the key.
    private static func bytes(of key: [UInt8], _ revision: Int64) -> [UInt8] {
        let bound = VersionFormat.versionKeyBound(key.span.bytes)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = VersionFormat.writeVersionKey(key.span.bytes, revision, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    private enum Place {
        case outside
        /// Of the key at hand.
        case same(Int64)
        case newKey(Int64)
    }

    mutating func run(
        _ body: (_ escapedKey: RawSpan, KeyVersion, _ value: RawSpan) throws(StorageError) -> Bool
    ) throws(StorageError) {
        var isValid = try cursor.seek(Self.bytes(of: range.start, revision).span.bytes)
        while isValid {
            let found: Int64
            switch place() {
            case .outside: return
            case .same(let revision): found = revision
            case .newKey(let revision):
                found = revision
                isDone = false
                steps = 0
            }
            if isDone {
                isValid = try skip(toRevision: 0)
            } else if found > revision {
                isValid = try skip(toRevision: revision)
            } else {
                isDone = true
                steps = 0
                let goesOn = try cursor.withValue { (record) throws(StorageError) -> Bool in
                    switch try VersionRecord.decode(record, revision: found) {
                    case .tombstone: return true
                    case .put(let version, let offset):
                        let value = record.extracting(offset...)
                        return try current.withBytes(in: 1..<current.count - VersionFormat.terminatorSize) {
                            (key) throws(StorageError) in try body(key, version, value)
                        }
                    }
                }
                guard goesOn else { return }
                isValid = try cursor.next()
            }
        }
    }

    /// To the next entry or, where that has been done often enough, to the key's version at `target` or what comes after it. At 0
    /// there is none, as revisions are above it.
    private mutating func skip(toRevision target: Int64) throws(StorageError) -> Bool {
        steps += 1
        if steps <= Self.stepsBeforeSeek { return try cursor.next() }
        steps = 0
        let size = current.count
        current.append(littleEndian: (~UInt64(bitPattern: target)).bigEndian)
        let isValid = try current.withBytes { (key) throws(StorageError) in try cursor.seek(key) }
        current.truncate(to: size)
        return isValid
    }

    /// Where the cursor is. Takes the key over where it is a new one.
    private func place() -> Place {
        cursor.withKey { key in
            let size = key.byteCount - VersionFormat.revisionSize
            guard size > 0, key.unsafeLoad(as: UInt8.self) == VersionFormat.versions else { return .outside }
            let revision = VersionFormat.revision(ofVersionKey: key)
            return key.withUnsafeBytes { bytes -> Place in
                guard let start = bytes.baseAddress else { return .outside }
                if current.count == size, memcmp(current.base, start, size) == 0 { return .same(revision) }
                if !bound.isEmpty {
                    let order = bound.withUnsafeBytes { memcmp(start, $0.baseAddress!, min(bytes.count, $0.count)) }
                    if order > 0 || order == 0 && bytes.count >= bound.count { return .outside }
                }
                current.removeAll()
                current.append(key.extracting(0..<size))
                return .newKey(revision)
            }
        }
    }
}
