import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataWAL

extension SystemConfiguration {
    /// Of a log that stands alone.
    var walOptions: WALOptions {
        var options = WALOptions()
        options.policy = syncPolicy
        options.method = syncMethod
        options.compression = compression
        options.blockBytes = blockBytes
        options.segmentBytes = segmentBytes
        options.preallocation = preallocation
        options.retainedBytes = retainedBytes
        options.recoveryThreads = recoveryThreads
        return options
    }

    /// Of an engine on log and tree. Its log is cut by its checkpoints, not by `retainedBytes`, and in segments no larger than an
    /// engine's own, because a start reads the last one. The tree is synced by fdatasync whatever the log's method: it is off
    /// the path of writes.
    func storeOptions(hasLog: Bool) -> StoreOptions {
        var options = StoreOptions()
        var log = walOptions
        log.retainedBytes = nil
        log.segmentBytes = min(segmentBytes, StoreOptions.walOptions().segmentBytes)
        options.log = hasLog ? .wal(log) : .none
        options.tree.sync = hasLog
        if let memoryBytes { options.tree.cacheBytes = memoryBytes }
        options.bufferBytes = bufferBytes
        return options
    }

    /// For the manifest.
    func storeSettings(hasLog: Bool) -> [String: String] {
        let options = storeOptions(hasLog: hasLog)
        return [
            "page_bytes": "\(options.tree.pageBytes)", "cache_bytes": "\(options.tree.cacheBytes)",
            "buffer_bytes": "\(options.bufferBytes)",
            "checkpoint_interval": options.checkpointInterval.map { "\($0)" } ?? "none",
        ]
    }
}

extension SystemCounters {
    /// What an engine has written, to log and tree together.
    mutating func add(_ statistics: EngineStatistics, hasLog: Bool) {
        bytesWritten = statistics.bytesWritten
        syncs = statistics.syncs
        guard hasLog else { return }
        batches = statistics.log.batches
        queueWaitNanoseconds = statistics.log.queueWaitNanoseconds
        commitNanoseconds = statistics.log.commitNanoseconds
        rawBytes = statistics.log.written.rawBytes
        storedBytes = statistics.log.written.storedBytes
    }
}

extension RecoveryTiming {
    init(_ recovery: EngineRecovery) {
        self.init(
            phases: [
                .init(name: "tree", duration: recovery.treeDuration),
                .init(name: "state", duration: recovery.stateDuration),
                .init(name: "log", duration: recovery.logDuration),
                .init(name: "replay", duration: recovery.replayDuration),
            ], total: recovery.total, bytes: recovery.log?.bytesRead ?? 0, entries: recovery.replayedEntries)
    }
}
