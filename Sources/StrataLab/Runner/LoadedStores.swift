import Foundation
import StrataDisk
import StrataJournal
import StrataSystems
import StrataWorkload
import Synchronization

/// The loaded stores of one run: each is made once, when the first cell needs it, and serves every cell that differs only in
/// how the store is used (sync policy and method, clients, mix, caches ...), in every round, until the run ends.
///
/// So a store is not the same in every round: inserts add records, updates leave older versions, free pages and compaction
/// work behind, and a recovery replays its tail into it. Each cell settles the store before it is measured; rounds are shuffled,
/// so that what drifts favours no cell; `earlier_uses` and `store_size` of the results say how far it has gone.
///
///     <data>/store-<id>/        the system's files
///     <data>/store-<id>.json    marker: `LoadedStore`
package final class LoadedStores: Sendable {
    private let directory: String
    /// By store, the longest history that any cell of the run asks for.
    private let histories: [String: UInt64]
    private let factory: SystemFactory
    private let clock: any MonotonicClock
    private let stop: StopFlag

    /// What the systems of this build do not do, found out at the first load.
    private struct Habits {
        /// No reads by key.
        var keyless: Set<String> = []
        /// Keep nothing from one life to the next.
        var forgetful: Set<String> = []
    }
    private let habits = Mutex(Habits())

    package init(
        directory: String, cells: [Cell], factory: @escaping SystemFactory, clock: any MonotonicClock, stop: StopFlag
    ) {
        self.directory = directory
        self.factory = factory
        self.clock = clock
        self.stop = stop
        var histories: [String: UInt64] = [:]
        for cell in cells where cell.records > 0 {
            let id = Self.id(of: cell)
            histories[id] = max(histories[id] ?? 0, UInt64(cell.depth))
        }
        self.histories = histories
    }

    /// The dials that decide what is in the files.
    private static func shape(of cell: Cell) -> Cell {
        var shape = Cell()
        shape.system = cell.system
        shape.codec = cell.codec
        shape.blockBytes = cell.blockBytes
        shape.segmentBytes = cell.segmentBytes
        shape.preallocation = cell.preallocation
        shape.bufferBytes = cell.bufferBytes
        shape.records = cell.records
        shape.valueSource = cell.valueSource
        shape.valueBytes = cell.valueBytes
        shape.keys = cell.keyOrder == .ascending ? .sequential : nil
        return shape
    }

    private static func id(of cell: Cell) -> String { shape(of: cell).id }

    /// Whether there is anything to keep for a run that goes on later.
    package var isEmpty: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return !names.contains { $0.hasPrefix("store-") && $0.hasSuffix(".json") }
    }

    /// Lends the store of `cell`, loading it first where it is not there; nil where the system has no keys to load
    /// (`isKeyless`) or keeps nothing (`isForgetful`). `SystemUnsupported` out of `body` leaves the store as it is, every other error
    /// gives it up.
    func withStore<R>(
        for cell: Cell, values: ValuePool, seed: UInt64, saying say: @escaping (String) -> Void,
        _ body: (_ directory: String, _ store: LoadedStore) throws -> R
    ) throws -> R? {
        guard !isKeyless(cell), !isForgetful(cell) else { return nil }
        let path = "\(directory)/store-\(Self.id(of: cell))"
        let marker = path + ".json"
        var found = LoadedStore(contentsOf: marker)
        if found == nil || found?.isBusy == true {
            remove(path)
            found = try load(cell, at: path, loader(cell, values, seed, say))
        }
        guard var store = found else { return nil }
        store.isBusy = true
        store.uses += 1
        try store.write(to: marker)
        do {
            let result = try body(path, store)
            store.isBusy = false
            try store.write(to: marker)
            return result
        } catch let error as SystemUnsupported {
            store.isBusy = false
            try store.write(to: marker)
            throw error
        } catch {
            remove(path)
            throw error
        }
    }

    /// Whether the system of `cell` has no reads by key.
    func isKeyless(_ cell: Cell) -> Bool { habits.withLock { $0.keyless.contains(cell.system) } }
    /// Whether the system of `cell` must be loaded anew in each of its lives.
    func isForgetful(_ cell: Cell) -> Bool { habits.withLock { $0.forgetful.contains(cell.system) } }

    func loader(_ cell: Cell, _ values: ValuePool, _ seed: UInt64, _ say: @escaping (String) -> Void) -> StoreLoader {
        StoreLoader(
            records: UInt64(cell.records), history: histories[Self.id(of: cell)] ?? UInt64(cell.depth),
            order: cell.keyOrder, pool: values, seed: seed, clock: clock, stop: stop, say: say)
    }

    private func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path + ".json")
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Nil where the system turns out to be keyless or forgetful.
    private func load(_ cell: Cell, at path: String, _ loader: StoreLoader) throws -> LoadedStore? {
        try checkRoom(cell, loader)
        do {
            // Without waiting for the device: what is loaded is made durable as a whole, at the end.
            var quick = cell
            quick.syncPolicy = .never
            quick.syncMethod = .fdatasync
            do {
                return try fill(quick, at: path, loader)
            } catch is SystemUnsupported where cell.syncPolicy != .never || cell.syncMethod != .fdatasync {
                remove(path)
                return try fill(cell, at: path, loader)
            }
        } catch {
            remove(path)
            throw error
        }
    }

    private func fill(_ cell: Cell, at path: String, _ loader: StoreLoader) throws -> LoadedStore? {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let configuration = try SystemConfiguration(cell, measure: .recovery, directory: path, values: loader.pool)
        let system = try factory(cell.system, configuration)
        try system.start()
        var rate = 0.0
        do {
            do {
                _ = try loader.isLoaded(system)
            } catch is SystemUnsupported {
                habits.withLock { _ = $0.keyless.insert(cell.system) }
                try system.stop()
                remove(path)
                return nil
            }
            rate = try loader.load(system)
            loader.say("settling \(system.description.name)")
            try system.settle()
        } catch {
            system.kill()
            throw error
        }
        try system.stop()
        try PageCache.sync(path)
        let again = try factory(cell.system, configuration)
        try again.start()
        let isKept = try loader.isLoaded(again)
        try again.stop()
        guard isKept else {
            habits.withLock { _ = $0.forgetful.insert(cell.system) }
            remove(path)
            return nil
        }
        let store = LoadedStore(
            label: Self.shape(of: cell).label(of: Self.shapeAxes), records: loader.records, history: loader.history,
            seed: loader.seed, loadRate: rate)
        try store.write(to: path + ".json")
        return store
    }

    private static let shapeAxes: [Axis] = [
        .system, .codec, .blockBytes, .segmentBytes, .preallocation, .bufferBytes, .records, .valueSource, .valueBytes,
        .keys,
    ]

    /// Twice the values and keys for the store and what compaction or copying on write makes of it in passing, and a log.
    private func checkRoom(_ cell: Cell, _ loader: StoreLoader) throws {
        let each = loader.pool.averageSize + 64
        let needed = Int(Double(loader.records + loader.history) * each * 2.5) + 8 * cell.segmentBytes
        guard let free = StoreFiles.freeBytes(directory), free < needed else { return }
        throw SystemUnsupported(
            reason: "loading \(cell.records) records may take \(ShownText.number(Double(needed)))B of disk, "
                + "\(ShownText.number(Double(free)))B are free in \(directory)")
    }
}

extension Cell {
    /// Where in the order of keys the records of this cell stand.
    var keyOrder: KeyOrder { OperationStream.order(keys ?? mix.keys) }
}
