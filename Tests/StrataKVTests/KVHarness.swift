import StrataBTree
import StrataDisk
import StrataKV
import StrataSim

/// A store on a simulated disk with a log of its commands in memory, as an engine would drive it.
final class KVHarness {
    struct Entry {
        var bytes: [UInt8]
        var time: UInt64
        /// What the log keeps beside it.
        var outcome: [UInt8]
    }

    private(set) var disk: SimulatedDisk
    private(set) var store: KVStore
    private(set) var log: [Entry] = []
    /// Milliseconds since 1970 of the next command.
    var time: UInt64 = 1_000_000
    /// Commands are acknowledged as soon as they are applied.
    var acknowledges = true
    private var file: BTree
    /// What the store lies in, for tests that damage it.
    private(set) var tree: BufferedTree
    private let storeOptions: KVStoreOptions
    private let treeOptions: BTreeOptions
    private let scratch = IOBuffer()
    private let outcome = IOBuffer()

    init(_ storeOptions: KVStoreOptions = KVStoreOptions(), _ treeOptions: BTreeOptions = .small) throws(StorageError) {
        self.storeOptions = storeOptions
        self.treeOptions = treeOptions
        disk = Self.freshDisk()
        file = try BTree(on: disk, options: treeOptions)
        tree = BufferedTree(file)
        store = try KVStore(tree, options: storeOptions)
    }

    static func freshDisk() -> SimulatedDisk { SimulatedDisk(recordsTrace: false) }

    @discardableResult
    func execute(_ command: KVCommand) throws(StorageError) -> KVReply {
        scratch.removeAll()
        CommandFormat.encode(command, into: scratch)
        return try execute(bytes: scratch.withBytes { span in span.withUnsafeBytes { Array($0) } })
    }

    @discardableResult
    func execute(bytes: [UInt8]) throws(StorageError) -> KVReply {
        let reply = try store.apply(bytes.span.bytes, index: UInt64(log.count + 1), time: time)
        outcome.removeAll()
        store.appendOutcome(to: outcome)
        log.append(Entry(bytes: bytes, time: time, outcome: outcome.withBytes { span in span.withUnsafeBytes { Array($0) } }))
        if acknowledges { store.acknowledged(through: UInt64(log.count)) }
        return reply
    }

    /// False: nothing could begin.
    @discardableResult
    func checkpoint() throws(StorageError) -> Bool {
        guard store.beginCheckpoint() != nil else { return false }
        try store.finishCheckpoint()
        return true
    }

    /// As long as the store wants one; returns how many.
    @discardableResult
    func checkpointAsWanted() throws(StorageError) -> Int {
        var count = 0
        while store.wantsCheckpoint, count < 1000 {
            try checkpoint()
            count += 1
        }
        return count
    }

    /// Opens anew after a power cut, or with what the kernel had, and applies what the tree does not hold.
    func reopen(losingUnsynced: Bool = true) throws(StorageError) {
        file.abandon()
        disk = losingUnsynced ? disk.rebooted(keeping: .nothing) : disk.killed()
        file = try BTree(on: disk, options: treeOptions)
        tree = BufferedTree(file)
        store = try KVStore(tree, options: storeOptions)
        for index in Int(store.checkpointIndex)..<log.count {
            let entry = log[index]
            try store.replay(
                entry.bytes.span.bytes, outcome: entry.outcome.span.bytes, index: UInt64(index + 1), time: entry.time)
        }
        store.acknowledged(through: UInt64(log.count))
    }

}

extension BTreeOptions {
    /// Small growth, so that simulated disks stay small.
    static var small: BTreeOptions {
        var options = BTreeOptions()
        options.growthBytes = 1 << 20
        options.cacheBytes = 16 << 20
        return options
    }
}
