import Glibc
import StrataDisk

extension RedisPersistence {
    private var dumpOptions: RDBWriter.Options {
        var options = RDBWriter.Options.standard(
            unixSeconds: engine.execution.now / 1000, usedMemory: keyspace.memoryBytes)
        options.compresses = configuration.flag("rdbcompression")
        options.checksums = configuration.flag("rdbchecksum")
        return options
    }

    /// Idle times or frequencies go with the keys where eviction goes by them.
    private func makeSink() -> RDBSnapshotSink { RDBSnapshotSink(compresses: configuration.flag("rdbcompression")) }

    /// Writes a dump now: nothing else is done meanwhile.
    package func save() throws(RedisError) {
        if job?.kind == .save { throw RedisError("ERR Background save already in progress") }
        cancelJob()
        let sink = makeSink()
        let snapshot = keyspace.beginSnapshot(sink)
        defer { keyspace.endSnapshot() }
        state.lastSaveTry = engine.execution.now / 1000
        do throws(StorageError) {
            try RDBFile.save(
                to: disk, name: configuration.value("dbfilename"), temporary: "temp-\(getpid()).rdb", options: dumpOptions
            ) { (writer) throws(StorageError) in
                sink.attach(writer)
                _ = try snapshot.run()
            }
        } catch {
            log("Error saving the dump: \(error)")
            saved(false, changes: 0)
            throw RedisError("ERR \(error)")
        }
        log("DB saved on disk")
        saved(true, changes: engine.execution.dirty)
    }

    private func saved(_ isGood: Bool, changes: Int64) {
        state.isLastSaveGood = isGood
        if isGood {
            engine.execution.dirty -= changes
            state.lastSave = engine.execution.now / 1000
            state.saves += 1
        }
        judgeWrites()
    }

    /// With save points, writes are refused after a save that failed.
    func judgeWrites() {
        guard state.isLastWriteGood else { return }
        let isRefused = !state.isLastSaveGood && !savePoints.isEmpty && configuration.stopsWritesOnSaveError
        engine.writeRefusal =
            isRefused
            ? RedisError(
                "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.")
            : nil
    }

    /// Begins a dump in the background.
    package func beginSave() throws(RedisError) {
        guard job == nil else { throw RedisError("ERR Background save already in progress") }
        isSaveScheduled = false
        let sink = makeSink()
        let snapshot = keyspace.beginSnapshot(sink)
        let options = dumpOptions
        let name = configuration.value("dbfilename")
        let disk = self.disk
        state.lastSaveTry = engine.execution.now / 1000
        job = BackgroundJob(
            .save, snapshot, began: state.lastSaveTry, changes: engine.execution.dirty
        ) { () throws(StorageError) -> UInt64? in
            do throws(StorageError) {
                return try RDBFile.save(to: disk, name: name, temporary: "temp-bg-\(getpid()).rdb", options: options) {
                    (writer) throws(StorageError) in
                    sink.attach(writer)
                    guard try snapshot.run() else { throw StorageError(kind: .closed, file: name) }
                }
            } catch {
                if case .closed = error.kind { return nil }
                throw error
            }
        }
        log("Background saving started")
    }

    /// Begins a new base for the append-only file in the background.
    package func beginRewrite() throws(RedisError) {
        guard job == nil else { throw RedisError("ERR Background append only file rewriting already in progress") }
        isRewriteScheduled = false
        guard let writer else { return }
        let rewrite: AOFRewrite
        do throws(StorageError) {
            rewrite = try AOFRewrite(writer, process: getpid())
            try rewrite.begin()
        } catch {
            trigger.failed()
            state.isLastRewriteGood = false
            log("Can't rewrite append only file: \(error)")
            throw RedisError("ERR Can't rewrite append only file: \(error)")
        }
        run(rewrite)
        log("Background append only file rewriting started")
    }

    /// The rewrite has begun: its snapshot is now.
    func run(_ rewrite: AOFRewrite) {
        let began = engine.execution.now / 1000
        let isDump = configuration.flag("aof-use-rdb-preamble")
        var options = dumpOptions
        options.auxiliary = options.auxiliary.map { $0.name == "aof-base" ? ($0.name, "1") : $0 }
        let dumpSink = makeSink()
        let commandSink = AOFSnapshotSink()
        let snapshot = keyspace.beginSnapshot(isDump ? dumpSink : commandSink)
        let shared = SharedRewrite(rewrite: rewrite)
        job = BackgroundJob(
            .rewrite, snapshot, began: began, changes: 0, rewrite: rewrite
        ) { [options] () throws(StorageError) -> UInt64? in
            do throws(StorageError) {
                if isDump {
                    try shared.rewrite.writeDump(options) { (writer) throws(StorageError) in
                        dumpSink.attach(writer)
                        guard try snapshot.run() else { throw StorageError(kind: .closed, file: "rewrite") }
                    }
                } else {
                    try shared.rewrite.writeCommands { (file) throws(StorageError) in
                        commandSink.attach(file)
                        guard try snapshot.run() else { throw StorageError(kind: .closed, file: "rewrite") }
                    }
                }
                return 0
            } catch {
                if case .closed = error.kind { return nil }
                throw error
            }
        }
    }

    /// The thread writes the base, and the executor touches the rewrite again when the thread has ended.
    private struct SharedRewrite: @unchecked Sendable { let rewrite: AOFRewrite }

    // MARK: Ends

    /// Takes over what a job that has ended leaves.
    func finishJob() {
        guard let job, let outcome = job.outcome else { return }
        self.job = nil
        keyspace.endSnapshot()
        let now = engine.execution.now / 1000
        switch job.kind {
        case .save:
            state.lastSaveSeconds = now - job.began
            switch outcome {
            case .done:
                log("Background saving terminated with success")
                saved(true, changes: job.changes)
            case .failed(let error):
                log("Background saving error: \(error)")
                saved(false, changes: 0)
            case .aborted: log("Background saving was cancelled")
            }
        case .rewrite:
            state.lastRewriteSeconds = now - job.began
            finishRewrite(job, outcome)
        }
    }

    private func finishRewrite(_ job: BackgroundJob, _ outcome: BackgroundJob.Outcome) {
        guard let rewrite = job.rewrite else { return }
        switch outcome {
        case .done:
            do throws(StorageError) {
                trigger.succeeded(size: try rewrite.finish())
                state.isLastRewriteGood = true
                state.rewrites += 1
                log("Background AOF rewrite finished successfully")
            } catch {
                rewriteFailed(rewrite, "\(error)")
            }
        case .failed(let error): rewriteFailed(rewrite, "\(error)")
        case .aborted:
            rewrite.abandon()
            log("Background AOF rewrite was cancelled")
        }
    }

    private func rewriteFailed(_ rewrite: AOFRewrite, _ reason: String) {
        rewrite.abandon()
        trigger.failed()
        state.isLastRewriteGood = false
        log("Background AOF rewrite failed: \(reason)")
    }

    /// Ends a job early: the server saves or ends itself.
    func cancelJob() {
        guard let job else { return }
        job.cancel()
        self.job = nil
        keyspace.endSnapshot()
        job.rewrite?.abandon()
    }
}
