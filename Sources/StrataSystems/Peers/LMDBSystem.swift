#if LMDB
    import CLMDB
    import StrataCodec
    import StrataDisk
    import StrataJournal
    import Synchronization

    /// LMDB: one write transaction a put, reads in the memory map, a read transaction a client.
    ///
    /// Durability in its words: `.always` is the default, under which a commit syncs the pages and writes the meta page through
    /// `O_DSYNC`; `.never` is `MDB_NOSYNC`. `MDB_NOMETASYNC`, under which a power cut takes the newest commit, has no word
    /// here. A client's writes in flight are gathered into one transaction, which runs when the client waits.
    package final class LMDBSystem: MeasuredSystem {
        private let configuration: SystemConfiguration
        private let writesThroughMap: Bool
        private let store = Mutex<LMDBStore?>(nil)
        private let tallies = WriteTallies()

        /// `writesThroughMap`: `MDB_WRITEMAP`, which changes pages in place of writing them, without a guard against stray
        /// pointers of the program.
        package init(_ configuration: SystemConfiguration, writesThroughMap: Bool) {
            self.configuration = configuration
            self.writesThroughMap = writesThroughMap
        }

        /// `MDB_NOTLS`: a read transaction belongs to a client and not to the thread that made it.
        private var flags: CInt {
            MDB_NOTLS | (configuration.syncPolicy == .never ? MDB_NOSYNC : 0) | (writesThroughMap ? MDB_WRITEMAP : 0)
        }

        package var description: SystemDescription {
            var names = ["MDB_NOTLS"]
            if configuration.syncPolicy == .never { names.append("MDB_NOSYNC") }
            if writesThroughMap { names.append("MDB_WRITEMAP") }
            return SystemDescription(
                name: writesThroughMap ? "lmdb-writemap" : "lmdb",
                version: Self.version,
                settings: [
                    "flags": names.joined(separator: "|"), "cache": "none of its own: the kernel's page cache",
                    "map_bytes": "\(store.withLock { $0?.mapBytes } ?? 0)",
                    "in_flight": "gathered into one transaction until the client waits",
                ])
        }

        private static var version: String {
            var (major, minor, patch): (CInt, CInt, CInt) = (0, 0, 0)
            _ = mdb_version(&major, &minor, &patch)
            return "\(major).\(minor).\(patch)"
        }

        package func start() throws {
            switch configuration.syncPolicy {
            case .always, .never: break
            case .periodic:
                throw SystemUnsupported(
                    reason:
                        "between calls of mdb_env_sync a power cut may damage an LMDB file, not only take the newest")
            case .grouped:
                throw SystemUnsupported(reason: "LMDB has no group commit: each transaction syncs for itself")
            case .everyBytes: throw SystemUnsupported(reason: "LMDB has no syncs by bytes written")
            }
            guard configuration.syncMethod == .fdatasync else {
                throw SystemUnsupported(
                    reason: "LMDB syncs by fdatasync, not by \(configuration.syncMethod.rawValue)")
            }
            guard configuration.compression == .none else { throw SystemUnsupported(reason: "LMDB does not compress") }
            _ = try PosixDisk(path: configuration.directory)
            let opened = try LMDBStore(directory: configuration.directory, flags: flags)
            store.withLock { $0 = opened }
        }

        private func running() throws -> LMDBStore {
            guard let store = store.withLock({ $0 }) else { throw PeerError.closed("LMDB") }
            return store
        }

        package func makeClient(_ index: Int) throws -> any SystemClient {
            try LMDBClient(try running(), tally: tallies.make())
        }

        package func counters() -> SystemCounters { tallies.counters }

        package func settle() throws { try running().sync() }

        package func stop() throws {
            try running().sync()
            kill()
        }

        package func kill() {
            let closing = store.withLock { store -> LMDBStore? in
                defer { store = nil }
                return store
            }
            closing?.close()
            tallies.removeAll()
        }

        package func recover() throws -> RecoveryTiming { try timedStart() }
    }
#endif
