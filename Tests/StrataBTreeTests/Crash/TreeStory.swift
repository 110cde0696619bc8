import StrataBTree
import StrataDisk
import StrataSim

/// A short run of a tree on a simulated disk that tells, at every moment, what a power cut may leave: before and after each step
/// a mark in the disk's trace says what is under way and what is acknowledged.
final class TreeStory {
    enum Event {
        case committing(applied: UInt64)
        case committed(applied: UInt64)
        /// A file is being made that holds the commit of this applied index.
        case copying(name: String, applied: UInt64)
        case copied(name: String)
    }

    private(set) var disk = SimulatedDisk()
    private(set) var events: [Event] = []
    /// What each commit holds, by applied index; 0 is the new tree.
    private(set) var contents: [UInt64: [Pair]] = [0: []]
    private(set) var tree: BTree?
    let options: BTreeOptions
    private let wrap: (any Disk) -> any Disk
    private var model: [[UInt8]: [UInt8]] = [:]
    private(set) var applied: UInt64 = 0
    private var snapshots: [TreeSnapshot] = []
    private var compaction: TreeCompaction?

    init(_ options: BTreeOptions = smallOptions(), wrap: @escaping (any Disk) -> any Disk = { $0 }) {
        var options = options
        options.growthBytes = 16 * 1024
        self.options = options
        self.wrap = wrap
    }

    private func note(_ event: Event) {
        disk.mark(UInt64(events.count))
        events.append(event)
    }

    private func open() throws(StorageError) -> BTree {
        guard let tree else { throw StorageError(kind: .closed, file: "story") }
        return tree
    }

    func start() throws(StorageError) { tree = try BTree(on: wrap(disk), options: options) }

    /// Puts and removes, and commits.
    func commit(put: [Int] = [], valueSize: Int = 40, remove: [Int] = []) throws(StorageError) {
        let writer = try open().begin()
        var next = model
        for number in put {
            let value = Self.value(number, applied + 1, size: valueSize)
            next[Self.key(number)] = value
            try writer.put(Self.key(number), value)
        }
        for number in remove {
            next[Self.key(number)] = nil
            try writer.remove(Self.key(number))
        }
        applied += 1
        contents[applied] = Self.sorted(next)
        note(.committing(applied: applied))
        try writer.commit(appliedIndex: applied)
        note(.committed(applied: applied))
        model = next
    }

    /// Writes that come to nothing.
    func rollBack(_ numbers: [Int], valueSize: Int = 40) throws(StorageError) {
        let writer = try open().begin()
        for number in numbers { try writer.put(Self.key(number), Self.value(number, 0, size: valueSize)) }
        writer.rollback()
    }

    func pin() throws(StorageError) { snapshots.append(try open().snapshot()) }
    func unpin() { snapshots.removeAll() }

    func copy(to name: String) throws(StorageError) {
        note(.copying(name: name, applied: applied))
        try open().snapshot().copy(to: name, on: wrap(disk))
        note(.copied(name: name))
    }

    func cancelledCopy(to name: String) throws(StorageError) {
        try open().snapshot().copy(to: name, on: wrap(disk), isCancelled: { true })
    }

    func beginCompaction() throws(StorageError) {
        let compaction = try TreeCompaction(try open())
        _ = try compaction.copy()
        self.compaction = compaction
    }

    func endCompaction() throws(StorageError) {
        defer { compaction = nil }
        try compaction?.finish()
    }

    func load(_ numbers: Range<Int>, valueSize: Int = 40) throws(StorageError) {
        let loader = try BulkLoader(on: wrap(disk), options: options)
        for number in numbers {
            let value = Self.value(number, applied + 1, size: valueSize)
            model[Self.key(number)] = value
            try loader.append(Self.key(number).span.bytes, value.span.bytes)
        }
        applied += 1
        contents[applied] = Self.sorted(model)
        note(.committing(applied: applied))
        try loader.finish(appliedIndex: applied)
        note(.committed(applied: applied))
    }

    func close() throws(StorageError) {
        drop(closing: true)
    }

    /// The process is killed; the kernel and what it has not written back live on. What the killed commit held may be there.
    func kill() {
        drop()
        disk = disk.killed()
    }

    /// After a kill or failure: the story goes on with what is found.
    func restart() throws(StorageError) {
        try start()
        let tree = try open()
        applied = max(applied, contents.keys.max() ?? 0)
        model = [:]
        for pair in contents[tree.latest.appliedIndex] ?? [] { model[pair.key] = pair.value }
        note(.committed(applied: tree.latest.appliedIndex))
    }

    func drop(closing: Bool = false) {
        compaction = nil
        snapshots.removeAll()
        if closing { try? tree?.close() } else { tree?.abandon() }
        tree = nil
    }

    // MARK: Bytes

    static func key(_ number: Int) -> [UInt8] { Array("key".utf8) + [UInt8(number >> 8 & 0xFF), UInt8(number & 0xFF)] }

    static func value(_ number: Int, _ applied: UInt64, size: Int) -> [UInt8] {
        var random = SeededRandom(seed: UInt64(number) &* 7919 &+ applied &* 104_729)
        return (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    static func sorted(_ model: [[UInt8]: [UInt8]]) -> [Pair] {
        model.map { Pair(key: $0.key, value: $0.value) }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}
