#if SQLite
    import CSQLite
    import StrataCodec
    import StrataDisk
    import StrataJournal
    import Synchronization

    /// SQLite with one of its journals: a table of keys and values, one connection a client. `SQLiteMode` says what becomes of
    /// the durability policies. A client's writes in flight are gathered into one transaction, which runs when the client waits.
    package final class SQLiteSystem: MeasuredSystem {
        private let configuration: SystemConfiguration
        private let mode: SQLiteMode
        private let store = Mutex<SQLiteStore?>(nil)
        private let tallies = WriteTallies()

        package init(_ configuration: SystemConfiguration, mode: SQLiteMode) {
            self.configuration = configuration
            self.mode = mode
        }

        package var description: SystemDescription {
            var settings = [
                "journal_mode": mode.journal,
                "synchronous": (try? mode.synchronous(under: configuration.syncPolicy)) ?? "none",
                "cache_size": configuration.memoryBytes.map { "\($0) bytes among all connections" } ?? "default",
                "table": "BLOB key, WITHOUT ROWID", "writers": "take turns on a lock before SQLite's own",
                "in_flight": "gathered into one transaction until the client waits",
            ]
            if mode.journal == "wal" {
                settings["wal_autocheckpoint"] = "\(SQLiteStore.checkpointPages(configuration)) pages"
            }
            return SystemDescription(
                name: mode.rawValue, version: String(cString: sqlite3_libversion()), settings: settings)
        }

        package func start() throws {
            let synchronous = try mode.synchronous(under: configuration.syncPolicy)
            guard configuration.syncMethod == .fdatasync else {
                throw SystemUnsupported(
                    reason: "SQLite syncs by fdatasync, not by \(configuration.syncMethod.rawValue)")
            }
            guard configuration.compression == .none else {
                throw SystemUnsupported(reason: "SQLite does not compress")
            }
            _ = try PosixDisk(path: configuration.directory)
            let opened = try SQLiteStore(configuration, mode, synchronous: synchronous)
            store.withLock { $0 = opened }
        }

        private func running() throws -> SQLiteStore {
            guard let store = store.withLock({ $0 }) else { throw PeerError.closed("SQLite") }
            return store
        }

        package func makeClient(_ index: Int) throws -> any SystemClient {
            try SQLiteClient(try running(), tally: tallies.make())
        }

        package func counters() -> SystemCounters { tallies.counters }

        package func settle() throws { try running().settle() }

        package func stop() throws {
            let store = try running()
            try store.settle()
            close(keepingLog: false)
        }

        /// Connections close without moving the log into the database, which leaves the files as a killed process does.
        package func kill() { close(keepingLog: true) }

        private func close(keepingLog: Bool) {
            let closing = store.withLock { store -> SQLiteStore? in
                defer { store = nil }
                return store
            }
            closing?.close(keepingLog: keepingLog)
            tallies.removeAll()
        }

        package func recover() throws -> RecoveryTiming { try timedStart() }
    }
#endif
