import StrataBTree
import StrataDisk
import StrataKV
import StrataReplica
import Synchronization

/// The key-value store as the log drives it, with the watchers who are told of what is acknowledged.
final class KVMachine: BufferedMachine, @unchecked Sendable {
    let store: KVStore
    let tree: BufferedTree
    let bufferBytes: Int
    /// Set once, after the replay and before the first command: replayed events are history to every watcher.
    var hub: WatchHub?
    /// Whether there ever was somebody to tell: waking the hub for nobody would cost a write its largest part.
    let isWatched = Atomic(false)

    init(_ tree: BTree, options: KVStoreOptions) throws(StorageError) {
        self.tree = BufferedTree(tree, searchedSpace: KVStore.searchedSpace)
        bufferBytes = options.bufferBytes
        store = try KVStore(self.tree, options: options)
    }

    func apply(_ command: RawSpan, index: UInt64, time: UInt64) throws(StorageError) -> KVReply {
        try store.apply(command, index: index, time: time)
    }

    func appendOutcome(to entry: IOBuffer) { store.appendOutcome(to: entry) }

    func replay(_ command: RawSpan, outcome: RawSpan, index: UInt64, time: UInt64) throws(StorageError) {
        try store.replay(command, outcome: outcome, index: index, time: time)
    }

    func acknowledged(through index: UInt64) {
        store.acknowledged(through: index)
        if isWatched.load(ordering: .acquiring) { hub?.advance() }
    }

    var wantsCheckpoint: Bool { store.wantsCheckpoint }
    func beginCheckpoint() -> UInt64? { store.beginCheckpoint() }
    func finishCheckpoint() throws(StorageError) { try store.finishCheckpoint() }
}
