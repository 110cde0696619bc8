#if RocksDB
    import CRocksDB
    import StrataCodec
    import StrataDisk
    import StrataJournal
    import Synchronization

    /// RocksDB through its C interface, with its own defaults apart from what the configuration says and a Bloom filter.
    ///
    /// Durability in its words: `.always` is `WriteOptions.sync`, under which writers that arrive during a sync share the next
    /// one; `.never` leaves the log to the kernel; `.periodic` is `FlushWAL(sync)` from a thread of the adapter. It knows no
    /// window to wait in, and its `wal_bytes_per_sync` starts write-back without waiting for it, so that `.grouped` and
    /// `.everyBytes` have no equal.
    ///
    /// A client's writes in flight are gathered into one `WriteBatch`, which is written when the client waits: the library has
    /// no asynchronous writes, and this is what it offers to who has several in hand.
    package final class RocksDBSystem: MeasuredSystem {
        private let configuration: SystemConfiguration
        private let state = Mutex<State?>(nil)
        private let tallies = WriteTallies()

        private struct State: Sendable {
            var store: RocksDBStore
            var flusher: PeriodicTask?
        }

        package init(_ configuration: SystemConfiguration) { self.configuration = configuration }

        package var description: SystemDescription {
            var settings = [
                "write_buffer_size": "\(configuration.bufferBytes)",
                "block_cache": configuration.memoryBytes.map { "\($0)" } ?? "default",
                "bloom_bits_per_key": "\(RocksDBStore.bloomBits)", "use_fsync": "\(configuration.syncMethod == .fsync)",
                "in_flight": "gathered into one WriteBatch until the client waits", "log_compression": "none",
            ]
            switch configuration.syncPolicy {
            case .always: settings["durability"] = "WriteOptions.sync=true"
            case .periodic(let interval): settings["durability"] = "FlushWAL(sync) every \(interval)"
            default: settings["durability"] = "WriteOptions.sync=false"
            }
            let version = RocksDBStore.version(of: configuration.directory)
            return SystemDescription(name: "rocksdb", version: version ?? "unknown", settings: settings)
        }

        package func start() throws {
            try checkSupport()
            _ = try PosixDisk(path: configuration.directory)
            let store = try RocksDBStore(configuration)
            var flusher: PeriodicTask?
            if case .periodic(let interval) = configuration.syncPolicy {
                flusher = PeriodicTask(name: "rocksdb sync", every: interval) {
                    let database = try store.running()
                    try RocksDBStore.call("flush_wal") { rocksdb_flush_wal(database, 1, $0) }
                }
            }
            let started = State(store: store, flusher: flusher)
            state.withLock { $0 = started }
        }

        private func checkSupport() throws {
            switch configuration.syncPolicy {
            case .always, .never, .periodic: break
            case .grouped:
                throw SystemUnsupported(
                    reason: "RocksDB groups writers that wait for a sync, but knows no window to wait for more of them")
            case .everyBytes:
                throw SystemUnsupported(
                    reason: "RocksDB's wal_bytes_per_sync starts write-back and waits for nothing: it bounds no loss")
            }
            switch configuration.syncMethod {
            case .fdatasync, .fsync: break
            default:
                throw SystemUnsupported(
                    reason: "RocksDB syncs by fdatasync or fsync, not by \(configuration.syncMethod.rawValue)")
            }
            switch configuration.compression {
            case .none, .lz4, .zstd: break
            case .zstdDictionary:
                throw SystemUnsupported(reason: "RocksDB trains dictionaries of its own and takes none from outside")
            }
        }

        private func running() throws -> State {
            guard let state = state.withLock({ $0 }) else { throw PeerError.closed("RocksDB") }
            return state
        }

        package func makeClient(_ index: Int) throws -> any SystemClient {
            let state = try running()
            return RocksDBClient(state.store, flusher: state.flusher, tally: tallies.make())
        }

        package func counters() -> SystemCounters { tallies.counters }

        package func settle() throws { try running().store.settle() }

        package func stop() throws {
            guard let state = takeState() else { throw PeerError.closed("RocksDB") }
            state.flusher?.cancel()
            // Closing syncs nothing by itself, and a shutdown in good order leaves nothing to a power cut.
            let database = try state.store.running()
            try RocksDBStore.call("flush_wal") { rocksdb_flush_wal(database, 1, $0) }
            state.store.close()
        }

        package func kill() {
            guard let state = takeState() else { return }
            state.flusher?.cancel()
            state.store.close()
        }

        private func takeState() -> State? {
            tallies.removeAll()
            return state.withLock { state in
                defer { state = nil }
                return state
            }
        }

        package func recover() throws -> RecoveryTiming { try timedStart() }
    }
#endif
