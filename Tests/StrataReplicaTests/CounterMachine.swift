import StrataDisk
import StrataReplica
import StrataSim
import Synchronization

/// Adds up numbers and remembers them all in order; two checkpoints in one file on a disk, each in its slot, replaced in turn.
///
/// A checkpoint, 4 KiB apart: index (8), count of commands (8), each command's number (8) and time (8), then the sum of
/// all these words as a checksum (8). Little-endian.
final class CounterMachine: StateMachine, @unchecked Sendable {
    struct Item: Equatable {
        var number: UInt64
        var time: UInt64
    }

    /// What goes wrong on purpose.
    enum Flaw: Sendable {
        case none
        /// The older checkpoint is given up as soon as there is a newer one.
        case releasesThroughTheNewest
    }

    static let file = "counter.state"
    private static let slotBytes: UInt64 = 1 << 16

    private struct State {
        var items: [Item] = []
        var visible: UInt64 = 0
        var pending: (index: UInt64, items: [Item])?
        /// Index of the checkpoint in each slot.
        var slots: [UInt64?] = [nil, nil]
        var applied: UInt64 = 0
        var sinceCheckpoint = 0
    }

    private let state = Mutex(State())
    private let disk: any Disk
    private let file: any File
    private let flaw: Flaw
    private let every: Int
    let checkpointIndex: UInt64

    init(on disk: any Disk, checkpointEvery every: Int = .max, flaw: Flaw = .none) throws(StorageError) {
        self.disk = disk
        self.flaw = flaw
        self.every = every
        let isThere = try disk.list().contains(Self.file)
        let file = try disk.open(Self.file, isThere ? .readWrite : .create, method: .fdatasync)
        self.file = file
        if !isThere { try disk.syncDirectory() }
        var slots: [UInt64?] = [nil, nil]
        var best: (index: UInt64, items: [Item])?
        for slot in 0..<2 {
            guard let found = try Self.read(slot, of: file) else { continue }
            slots[slot] = found.index
            if found.index >= best?.index ?? 0 { best = found }
        }
        checkpointIndex = best?.index ?? 0
        state.withLock { state in
            state.slots = slots
            state.items = best?.items ?? []
            state.applied = best?.index ?? 0
        }
    }

    private static func read(_ slot: Int, of file: any File) throws(StorageError) -> (index: UInt64, items: [Item])? {
        var words = [UInt64](repeating: 0, count: Int(slotBytes) / 8)
        var span = words.mutableSpan
        var raw = span.mutableBytes
        let got = try file.read(into: &raw, at: UInt64(slot) * slotBytes) / 8
        guard got >= 3, words[0] > 0, words[1] <= UInt64(got - 3) / 2 else { return nil }
        let end = 2 + 2 * Int(words[1])
        guard words[..<end].reduce(1, &+) == words[end] else { return nil }
        let items = (0..<Int(words[1])).map { Item(number: words[2 + 2 * $0], time: words[3 + 2 * $0]) }
        return (words[0], items)
    }

    /// Inverts a bit of the newest checkpoint where both are whole: one that is being written has only the other to fall back on.
    static func rotNewest(on disk: SimulatedDisk) throws(StorageError) {
        guard try disk.list().contains(file) else { return }
        let opened = try disk.open(file, .read, method: .fdatasync)
        guard let first = try read(0, of: opened), let second = try read(1, of: opened) else { return }
        try disk.rot(file, at: (first.index > second.index ? 0 : Int(slotBytes)) + 17, mask: 0x10)
    }

    var items: [Item] { state.withLock { $0.items } }
    var visible: UInt64 { state.withLock { $0.visible } }

    var releasableIndex: UInt64 {
        state.withLock { state in
            let slots = state.slots.map { $0 ?? 0 }
            return flaw == .releasesThroughTheNewest ? slots.max()! : slots.min()!
        }
    }

    func apply(_ command: RawSpan, index: UInt64, time: UInt64) throws(StorageError) -> UInt64 {
        guard command.byteCount >= 8 else {
            throw .init(
                kind: .corrupt(field: "command", expected: "8 bytes", found: "\(command.byteCount)"), file: "counter")
        }
        let number = command.unsafeLoadUnaligned(as: UInt64.self)
        return state.withLock { state in
            precondition(index == state.applied + 1, "applied out of order")
            state.applied = index
            state.sinceCheckpoint += 1
            state.items.append(Item(number: number, time: time))
            return state.items.reduce(0) { $0 &+ $1.number }
        }
    }

    func acknowledged(through index: UInt64) { state.withLock { $0.visible = max($0.visible, index) } }

    var wantsCheckpoint: Bool { state.withLock { $0.sinceCheckpoint >= every } }
    var isFull: Bool { state.withLock { $0.pending != nil && $0.sinceCheckpoint >= every } }

    func beginCheckpoint() -> UInt64? {
        state.withLock { state in
            guard state.pending == nil else { return nil }
            state.pending = (state.applied, state.items)
            state.sinceCheckpoint = 0
            return state.applied
        }
    }

    func finishCheckpoint() throws(StorageError) {
        let (pending, slot) = state.withLock { state in
            (state.pending!, (state.slots[0] ?? 0) <= (state.slots[1] ?? 0) ? 0 : 1)
        }
        var words = [pending.index, UInt64(pending.items.count)]
        for item in pending.items { words += [item.number, item.time] }
        words.append(words.reduce(1, &+))
        try file.write(words.span.bytes, at: UInt64(slot) * Self.slotBytes)
        try file.sync()
        state.withLock { state in
            state.slots[slot] = pending.index
            state.pending = nil
        }
    }
}

func command(_ number: UInt64, size: Int = 8) -> [UInt8] {
    withUnsafeBytes(of: number) { Array($0) } + [UInt8](repeating: 9, count: max(0, size - 8))
}
