/// What a disk holds for certain, and the changes that a power cut decides over. The one place where the assumptions of
/// `Disk` are code: the running disk and the crash states both change it through `begin` and `complete`.
///
/// Files are inodes, numbered from 0 in order of creation, apart from their names.
struct StoredImage: Sendable {
    /// Durable bytes and size, by inode.
    private(set) var files: [FileContent] = []
    /// Durable names.
    private(set) var names: [String: Int] = [:]
    /// In the order of the calls, over all files.
    private(set) var pending: [PendingChange] = []

    init() {}

    /// All durable.
    init(files: [FileContent], names: [String: Int]) {
        self.files = files
        self.names = names
    }

    /// The change is under way: from now on a power cut may or may not keep it.
    mutating func begin(_ kind: PendingChange.Kind, point: Int) {
        let change = PendingChange(kind: kind, fate: .pending, point: point)
        while files.count <= change.file { files.append(FileContent()) }
        pending.append(change)
    }

    /// The call returns. `changes` tells whether it began a change, which then is the last one pending.
    mutating func complete(_ completion: DiskTrace.Completion, changes: Bool) {
        switch completion {
        case .none: break
        case .writtenThrough where changes:
            pending[pending.count - 1].fate = .certain
            settle(file: pending[pending.count - 1].file)
        case .writeThroughFailed where changes:
            pending[pending.count - 1].fate = .unknown
        case .writtenThrough, .writeThroughFailed: break  // no bytes
        case .synced(let file):
            setFate(.certain) { !$0.isOfNames && $0.file == file }
            settle(file: file)
        case .syncFailed(let file):
            setFate(.unknown) { !$0.isOfNames && $0.file == file }
        case .directorySynced:
            setFate(.certain) { $0.isOfNames }
            settleNames()
        case .directorySyncFailed:
            setFate(.unknown) { $0.isOfNames }
        }
    }

    private mutating func setFate(_ fate: PendingChange.Fate, where isMeant: (PendingChange) -> Bool) {
        for index in pending.indices where pending[index].fate == .pending && isMeant(pending[index]) {
            pending[index].fate = fate
        }
    }

    /// Moves the certain changes of `file` into the durable bytes, except those whose order to an undecided earlier one
    /// matters.
    private mutating func settle(file: Int) {
        var kept: [PendingChange] = []
        kept.reserveCapacity(pending.count)
        var waiting: [PendingChange] = []
        for change in pending {
            if change.isOfNames || change.file != file {
                kept.append(change)
            } else if change.fate == .certain && waiting.allSatisfy(change.commutes) {
                Self.apply(change, to: &files[file])
            } else {
                waiting.append(change)
                kept.append(change)
            }
        }
        pending = kept
    }

    /// Moves the certain changes of names into the durable names, unless one before them is undecided.
    private mutating func settleNames() {
        var lost: Set<Int> = []
        var isBlocked = false
        pending.removeAll { change in
            guard change.isOfNames else { return false }
            guard change.fate == .certain && !isBlocked else {
                isBlocked = true
                return false
            }
            Self.apply(change, to: &names) { lost.insert($0) }
            return true
        }
        // A file has one name and gets no other once that is gone: where this is durable, nobody finds its bytes again,
        // and no power cut decides over them.
        for file in lost {
            files[file] = FileContent()
            pending.removeAll { $0.file == file }
        }
    }

    /// Numbers the points anew: those of the changes so far are before 0.
    mutating func restartPoints() {
        pending = pending.map { PendingChange(kind: $0.kind, fate: $0.fate, point: -1) }
    }

    /// What the disk holds after a power cut that keeps the units in `kept`, numbered over all changes in order.
    func afterPowerCut(keeping kept: borrowing UnitSet) -> StoredImage {
        var result = StoredImage(files: files, names: names)
        var unit = 0
        for change in pending {
            let count = change.unitCount
            let whole = change.fate == .certain || kept.containsAll(unit..<unit + count)
            if whole {
                if change.isOfNames {
                    Self.apply(change, to: &result.names) { _ in }
                } else {
                    Self.apply(change, to: &result.files[change.file])
                }
            } else if case .write(let file, let offset, let bytes, let grows) = change.kind {
                let sectors = count - (grows ? 1 : 0)
                kept.forEachRun(in: unit..<unit + sectors) { run in
                    let part = PendingChange.bytes(
                        ofSectors: run.lowerBound - unit..<run.upperBound - unit, offset: offset, count: bytes.count)
                    bytes.withUnsafeBytes { source in
                        result.files[file].write(
                            UnsafeRawBufferPointer(rebasing: source[part]), at: offset + part.lowerBound)
                    }
                }
                if grows && kept.contains(unit + sectors) { result.files[file].grow(to: offset + bytes.count) }
            }
            unit += count
        }
        return result
    }

    /// Units that a power cut now decides over.
    var unitCount: Int { pending.reduce(0) { $0 + $1.unitCount } }

    static func apply(_ change: PendingChange, to content: inout FileContent) {
        switch change.kind {
        case .write(_, let offset, let bytes, _): bytes.withUnsafeBytes { content.write($0, at: offset) }
        case .resize(_, let size): content.resize(to: size)
        case .create, .rename, .remove: preconditionFailure("a change of names has no bytes")
        }
    }

    /// Each change of names stands alone: it names its inode, and leaves a name alone that is another inode's by now.
    private static func apply(
        _ change: PendingChange, to names: inout [String: Int], losing: (Int) -> Void
    ) {
        switch change.kind {
        case .create(let file, let name): names[name] = file
        case .rename(let file, let from, let to):
            // It has one name at all times, also where an earlier rename of it was dropped.
            if let old = names[from] == file ? from : names.first(where: { $0.value == file })?.key { names[old] = nil }
            if let replaced = names.updateValue(file, forKey: to), replaced != file { losing(replaced) }
        case .remove(let file, let name):
            if names[name] == file { names[name] = nil }
            losing(file)
        case .write, .resize: preconditionFailure("not a change of names")
        }
    }
}

extension StoredImage {
    /// A file that is durable at once.
    mutating func install(_ name: String, _ content: FileContent, file: Int) {
        while files.count < file { files.append(FileContent()) }
        files.append(content)
        names[name] = file
    }

    /// Rot: inverts bits of a durable byte.
    mutating func flip(_ mask: UInt8, file: Int, at offset: Int) { files[file].flip(mask, at: offset) }

    /// Whether there is a durable byte at `offset` of `file`.
    func isStored(_ offset: Int, of file: Int) -> Bool { file < files.count && offset < files[file].size }

    /// Whether a change not yet durable covers the byte.
    func isPending(file: Int, at offset: Int) -> Bool {
        pending.contains { change in
            guard change.file == file else { return false }
            switch change.kind {
            case .write(_, let start, let bytes, _): return start <= offset && offset < start + bytes.count
            case .resize(_, let size): return offset >= size
            case .create, .rename, .remove: return false
            }
        }
    }

    /// The end of the furthest byte that any outcome of a power cut could show in `file`.
    func reach(of file: Int) -> Int {
        pending.reduce(files[file].size) { reach, change in
            guard case .write(let other, let offset, let bytes, _) = change.kind, other == file else { return reach }
            return max(reach, offset + bytes.count)
        }
    }

    /// The kernel forgets what failed syncs left in memory and reads the device, where none of it is, again. The sizes
    /// stay in memory, and on the device unknown.
    mutating func evictUnknown() -> Set<Int> {
        var changed: Set<Int> = []
        pending = pending.compactMap { change in
            guard change.fate == .unknown, case .write(let file, let offset, let bytes, let grows) = change.kind
            else { return change }
            changed.insert(file)
            guard grows else { return nil }
            return PendingChange(
                kind: .resize(file: file, size: offset + bytes.count), fate: .unknown, point: change.point)
        }
        return changed
    }

    /// The bytes of `file` as a process that reads past the page cache's lost pages sees them.
    func current(_ file: Int, size: Int) -> FileContent {
        var content = files[file]
        for change in pending where !change.isOfNames && change.file == file { Self.apply(change, to: &content) }
        content.resize(to: size)
        return content
    }
}
