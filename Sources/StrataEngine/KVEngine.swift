import StrataBTree
import StrataDisk
import StrataJournal
import StrataKV
import StrataReplica
import StrataWAL
import Synchronization

/// An embedded key-value store with etcd's data model on one node: every change gets a revision, old revisions stay readable until
/// they are compacted, watchers are told of changes, leases delete what their clients leave behind.
///
/// One directory holds its log and its tree. Any number of threads may write, read, watch and maintain it at once. Writes are
/// atomic and in one order; a reply is released once the log has acknowledged the command under its `SyncPolicy`, and readers see
/// nothing that is not acknowledged. Reads never wait for writers.
///
/// Throws `KVError` where a request is at fault, which changes nothing, and `StorageError` where the disk is. After a failed write or sync
/// every further command is refused with `.poisoned` and reads go on; opening the store again recovers it.
package final class KVEngine: @unchecked Sendable {
    package let options: KVEngineOptions
    /// What opening found and did.
    package var recovery: EngineRecovery { core.recovery }
    /// The data model, for reads that the engine does not repeat.
    package let store: KVStore
    /// For its counters; streams are made by `makeWatchStream`.
    package let hub: WatchHub
    let core: StoreCore<KVMachine>
    let lessor: Lessor
    /// For commands that are encoded before they are ordered.
    let buffers = BufferPool()

    /// Opens the store in `disk`, making it where there is none, and recovers it: newest good tree, then the log after it.
    ///
    /// Throws `.locked` for a second opener, `.invalid` for options out of bounds, foreign directories, and a log and a tree that leave a
    /// gap; `.corrupt` where durable bytes are damaged beyond what the twin meta pages and the log make up for.
    package init(
        on disk: any Disk, options: KVEngineOptions = KVEngineOptions(), clock: any MonotonicClock = SystemClock(),
        wallClock: any WallClock = SystemWallClock()
    ) throws(StorageError) {
        self.options = options
        var kvOptions = KVStoreOptions()
        kvOptions.bufferBytes = options.store.bufferBytes
        kvOptions.compactionEvents = options.compactionEvents
        core = try StoreCore(on: disk, options: options.store, clock: clock, wallClock: wallClock) {
            (tree) throws(StorageError) in try KVMachine(tree, options: kvOptions)
        }
        store = core.machine.store
        hub = WatchHub(source: store, options: options.watch, clock: clock)
        core.machine.hub = hub
        lessor = Lessor(clock: clock, options: options.leases)
        // No deadline is stored: whoever was away may have been, like the store, so every lease has its full time again.
        for lease in store.leases() { lessor.restore(lease.id, ttl: lease.ttl) }
        if case .threads = options.store.threading { startThreads() }
    }

    deinit {
        hub.close()
        core.abandon()
    }

    // The threads hold the parts that they need, not the engine: it ends them when the last user lets go of it.
    private func startThreads() {
        core.startThread(name: "watch", wake: { [hub] in hub.wake() }) { [core, hub] in
            while !core.mustEnd { if !hub.step() { hub.sleep(atMost: 100_000_000) } }
        }
        let interval = Int64(clamping: options.leaseInterval.nanoseconds)
        let end = SharedWord()
        core.startThread(name: "leases", wake: { end.word.advance() }) { [core, lessor] in
            while !core.mustEnd {
                end.word.wait(while: 0, atMost: interval)
                if !core.mustEnd { Self.revokeExpired(core, lessor) }
            }
        }
    }

    // MARK: Time

    /// In inline threading: does what time has brought since the last call, and hands events to watchers.
    package func tick() throws(StorageError) {
        try core.tick()
        Self.revokeExpired(core, lessor)
        while hub.step() {}
    }

    // MARK: Ending

    /// Makes a checkpoint where the options say so, and closes. Idempotent.
    package func close() throws(StorageError) {
        hub.close()
        try core.close()
    }

    /// Ends as a killed process would: nothing gathered is written, nothing is synced.
    package func abandon() {
        hub.close()
        core.abandon()
    }
}
