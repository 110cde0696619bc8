/// One change that a running system sees and a power cut may take: a write, a new size, or a change of names.
///
/// A power cut decides over its *units* one by one: each 512-byte sector that a write touches, the growth of the file
/// if the write made it longer, and otherwise the change as a whole.
struct PendingChange: Sendable {
    /// Bytes that a drive writes whole or not at all.
    static let sectorSize = 512

    enum Kind: Sendable {
        /// `grows` if the file was shorter than the end of the write.
        case write(file: Int, offset: Int, bytes: [UInt8], grows: Bool)
        case resize(file: Int, size: Int)
        case create(file: Int, name: String)
        case rename(file: Int, from: String, to: String)
        case remove(file: Int, name: String)
    }

    enum Fate: Sendable {
        /// The next sync that covers it makes it durable.
        case pending
        /// A sync of it failed: it may or may not be stored, whatever syncs follow.
        case unknown
        /// Durable, and kept in the list only because changes before it are not, and the order matters.
        case certain
    }

    let kind: Kind
    var fate: Fate
    /// The I/O point that made it; -1 if that was before the trace began.
    let point: Int

    /// The file whose bytes, size or name it changes.
    var file: Int {
        switch kind {
        case .write(let file, _, _, _), .resize(let file, _), .create(let file, _), .rename(let file, _, _),
            .remove(let file, _):
            file
        }
    }

    /// Whether it changes the directory, and not a file.
    var isOfNames: Bool {
        switch kind {
        case .write, .resize: false
        case .create, .rename, .remove: true
        }
    }

    /// How many parts of it a power cut decides over.
    var unitCount: Int {
        if fate == .certain { return 0 }
        guard case .write(_, let offset, let bytes, let grows) = kind else { return 1 }
        return Self.sectorCount(offset: offset, count: bytes.count) + (grows ? 1 : 0)
    }

    static func sectorCount(offset: Int, count: Int) -> Int {
        (offset + count + sectorSize - 1) / sectorSize - offset / sectorSize
    }

    /// The bytes of sectors `sectors` (0 is the first touched) of a write, counted from its own first byte.
    static func bytes(ofSectors sectors: Range<Int>, offset: Int, count: Int) -> Range<Int> {
        let first = offset / sectorSize
        let start = max(0, (first + sectors.lowerBound) * sectorSize - offset)
        let end = min(count, (first + sectors.upperBound) * sectorSize - offset)
        return start..<end
    }

    /// Whether doing `self` before `earlier`, a change of the same file, gives the same bytes.
    func commutes(with earlier: PendingChange) -> Bool {
        guard case .write(_, let offset, let bytes, _) = kind else { return false }
        let end = offset + bytes.count
        switch earlier.kind {
        case .write(_, let other, let otherBytes, _): return end <= other || other + otherBytes.count <= offset
        case .resize(_, let size): return end <= size
        case .create, .rename, .remove: return true
        }
    }
}
