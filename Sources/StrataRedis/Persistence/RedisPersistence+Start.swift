import Glibc
import StrataDisk
import StrataRESP

extension RedisPersistence {
    /// Why the server cannot start over what is on disk.
    package struct LoadFailure: Error, CustomStringConvertible {
        /// For the log, as Redis says it; the last line names the reason.
        package var lines: [String]
        package var description: String { lines.joined(separator: "\n") }
    }

    /// Brings the keyspace to what is on disk: the append-only file where it is switched on, the dump otherwise.
    package func load() throws(LoadFailure) {
        engine.isLoading = true
        keyspace.isExpiryPaused = true
        engine.execution.now = engine.wallClock()
        defer {
            engine.isLoading = false
            keyspace.isExpiryPaused = false
            engine.execution.dirty = 0
        }
        if configuration.flag("appendonly") { try loadLog() } else { try loadDump() }
        trigger.percentage = Int(configuration.number("auto-aof-rewrite-percentage"))
        trigger.minimumSize = UInt64(max(0, configuration.number("auto-aof-rewrite-min-size")))
        if let writer { trigger.start(size: writer.currentSize) }
    }

    private func loadDump() throws(LoadFailure) {
        let name = configuration.value("dbfilename")
        do throws(StorageError) {
            guard try disk.list().contains(name) else { return }
            var options = RDBLoader.Options()
            options.now = engine.execution.now
            let loader = RDBLoader(keyspace, limits: configuration.limits, options: options)
            try RDBFile.load(from: disk, name: name, into: loader)
            took(loader)
        } catch {
            throw LoadFailure(lines: ["\(error)", "Fatal error loading the DB, check server logs. Exiting."])
        }
    }

    private func took(_ loader: RDBLoader) {
        state.keysLoaded += loader.report.keysLoaded
        state.keysExpiredAtLoad += loader.report.keysExpired
        for name in loader.report.skipped { log("The RDB file holds an empty key, skipping empty key: \(String(decoding: name, as: UTF8.self))") }
        log(loader.report.logLine)
    }

    private func openDirectory() throws(LoadFailure) -> AOFDirectory {
        do {
            let below = try openBelow(configuration.value("appenddirname"))
            return try AOFDirectory(on: below, name: configuration.value("appendfilename"))
        } catch let error as AOFError {
            throw LoadFailure(lines: error.logLines)
        } catch {
            throw LoadFailure(lines: ["\(error)"])
        }
    }

    private func loadLog() throws(LoadFailure) {
        let directory = try openDirectory()
        do {
            if try AOFUpgrade.isNeeded(directory, parent: disk) {
                try AOFUpgrade.run(
                    directory, parent: disk, move: AOFUpgrade.rename(from: disk, to: directory.disk))
                log("Successfully migrated an old-style AOF configuration (\(directory.name)) into the AOF directory")
            }
            try directory.removeTemporaries()
            let isNew = directory.manifest.base == nil && directory.manifest.increments.isEmpty
            if !isNew { try replay(directory) }
            writer = try AOFWriter(directory, policy: policy)
        } catch let error as AOFError {
            throw LoadFailure(lines: error.logLines)
        } catch let error as LoadFailure {
            throw error
        } catch {
            throw LoadFailure(lines: ["\(error)"])
        }
        if let writer {
            writer.writesTimestamps = configuration.flag("aof-timestamp-enabled")
            observe(writer)
        }
        // A base of its own from the first start on, as Redis makes one.
        if directory.manifest.base == nil, let writer {
            do throws(StorageError) {
                let rewrite = try AOFRewrite(writer, process: getpid())
                try rewrite.begin()
                run(rewrite)
                while job != nil {
                    finishJob()
                    usleep(200)
                }
            } catch { throw LoadFailure(lines: ["\(error)"]) }
        }
    }

    private func replay(_ directory: AOFDirectory) throws(AOFError) {
        let loader = RDBLoader(keyspace, limits: configuration.limits)
        var reader = AOFLoader()
        reader.loadsTruncated = configuration.flag("aof-load-truncated")
        let client = engine.connect()
        client.isAuthenticated = true
        defer { engine.disconnect(client) }
        let report = try reader.load(directory, dump: loader) { [engine] arguments in
            guard engine.commands.place(of: arguments[0]) != nil else { return false }
            engine.replay(arguments, for: client)
            return true
        }
        took(loader)
        for line in report.truncation?.logLines ?? [] { log(line) }
    }

    // MARK: Switching the log on and off

    func enableLog() throws(StorageError) {
        guard writer == nil, !engine.isLoading else { return }
        cancelJob()
        let directory: AOFDirectory
        do {
            directory = try AOFDirectory(
                on: try openBelow(configuration.value("appenddirname")), name: configuration.value("appendfilename"))
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(kind: .invalid("\(error)"), file: configuration.value("appendfilename"))
        }
        let (rewrite, writer) = try AOFRewrite.enable(directory, policy: policy, process: getpid())
        writer.writesTimestamps = configuration.flag("aof-timestamp-enabled")
        observe(writer)
        self.writer = writer
        run(rewrite)
    }

    func disableLog() throws(StorageError) {
        guard let writer else { return }
        if job?.kind == .rewrite { cancelJob() }
        self.writer = nil
        try writer.close()
    }

    // MARK: The end

    /// Saves what the settings and the request want saved, and closes. False: that failed, and the server must go on.
    package func stop(_ request: RedisEngine.ShutdownRequest) -> Bool {
        cancelJob()
        var isGood = true
        if let writer {
            do throws(StorageError) {
                log("Calling fsync() on the AOF file.")
                _ = try writer.flush()
                try writer.sync()
            } catch {
                log("Error writing to the append only file: \(error)")
                isGood = false
            }
        }
        if request.saves ?? !savePoints.isEmpty {
            log("Saving the final RDB snapshot before exiting.")
            do throws(RedisError) { try save() } catch { isGood = false }
        }
        guard isGood || request.isForced else {
            log("Errors trying to shut down the server. Check the logs for more information.")
            return false
        }
        if let writer {
            self.writer = nil
            // It is synced, or the failure was told above.
            try? writer.close()
        }
        return true
    }
}

extension RedisEngine {
    /// A command of the log: carried out without being logged again. Its reply is thrown away.
    func replay(_ arguments: Arguments, for client: RedisClient) {
        isReplaying = true
        defer { isReplaying = false }
        execute(arguments, for: client)
        client.reply.removeAll()
    }
}
