#if LMDB
    import CLMDB
    import Glibc
    import StrataDisk
    import Synchronization

    /// One open LMDB environment, its one unnamed database, and the read transactions of its clients.
    final class LMDBStore: @unchecked Sendable {
        /// nil once closed.
        @exclusivity(unchecked) private(set) var environment: OpaquePointer?
        @exclusivity(unchecked) private(set) var table: MDB_dbi = 0
        /// Address space that the file may grow into, in bytes.
        private(set) var mapBytes = 0
        private let readers = Mutex<[LMDBReader]>([])

        /// Clients that may read at once; the default is 126.
        private static let maxReaders: CUnsignedInt = 4096

        /// Sizes of the map, largest first: address space, not memory, and of the file only what is used. A map that can be
        /// written takes an equally long (sparse) file, so it starts lower.
        private static func mapSizes(isWritable: Bool) -> [Int] {
            isWritable ? [1 << 36, 1 << 32] : [1 << 40, 1 << 36, 1 << 32]
        }

        /// `directory` exists. `flags` are LMDB's own.
        init(directory: String, flags: CInt) throws {
            var code: CInt = 0
            for size in Self.mapSizes(isWritable: flags & MDB_WRITEMAP != 0) {
                mapBytes = size
                try Self.check(mdb_env_create(&environment), "create")
                try Self.check(mdb_env_set_maxreaders(environment, Self.maxReaders), "set readers")
                try Self.check(mdb_env_set_mapsize(environment, size), "set map size")
                code = mdb_env_open(environment, directory, CUnsignedInt(flags), 0o644)
                if code == MDB_SUCCESS { break }
                // After a failed open there is nothing to do with it but this.
                mdb_env_close(environment)
                environment = nil
                guard code == ENOMEM || code == EFBIG || code == ENOSPC else { break }
            }
            try Self.check(code, "open")
            try write { transaction in try Self.check(mdb_dbi_open(transaction, nil, 0, &table), "open database") }
        }

        deinit { close() }

        /// Syncs nothing, and so leaves on disk what a killed process would. Clients are at rest; later calls of theirs throw.
        /// Idempotent.
        func close() {
            let closing = readers.withLock { readers in
                defer { readers = [] }
                return readers
            }
            for reader in closing { reader.close() }
            if let environment { mdb_env_close(environment) }
            environment = nil
        }

        func sync() throws { try Self.check(mdb_env_sync(try running(), 1), "sync") }

        @inline(__always)
        func running() throws -> OpaquePointer {
            guard let environment else { throw PeerError.closed("LMDB") }
            return environment
        }

        /// One write transaction: all that `body` puts, or nothing of it where it throws. Writers wait for each other.
        @inline(__always)
        func write(_ body: (_ transaction: OpaquePointer?) throws -> Void) throws {
            var transaction: OpaquePointer?
            try Self.check(mdb_txn_begin(try running(), nil, 0, &transaction), "begin")
            do {
                try body(transaction)
            } catch {
                mdb_txn_abort(transaction)
                throw error
            }
            try Self.check(mdb_txn_commit(transaction), "commit")
        }

        @inline(__always)
        func put(_ transaction: OpaquePointer?, key: UInt64, value: RawSpan) throws {
            try KeyName.withBytes(of: key) { name throws in
                try name.withUnsafeBytes { name throws in
                    try value.withUnsafeBytes { value throws in
                        var key = MDB_val(lending: name)
                        var data = MDB_val(lending: value)
                        try Self.check(mdb_put(transaction, table, &key, &data, 0), "put")
                    }
                }
            }
        }

        func makeReader() throws -> LMDBReader {
            let reader = try LMDBReader(environment: try running(), table: table)
            readers.withLock { $0.append(reader) }
            return reader
        }

        func release(_ reader: LMDBReader) {
            readers.withLock { $0.removeAll { $0 === reader } }
            reader.close()
        }

        @inline(__always)
        static func check(_ code: CInt, _ operation: StaticString) throws {
            if code != MDB_SUCCESS { throw failure(code, operation) }
        }

        @inline(never)
        private static func failure(_ code: CInt, _ operation: StaticString) -> any Error {
            PeerError(library: "LMDB", operation: "\(operation)", message: String(cString: mdb_strerror(code)))
        }
    }

    extension MDB_val {
        /// LMDB only reads what is behind it, in spite of the type.
        @inline(__always)
        init(lending bytes: UnsafeRawBufferPointer) {
            self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }

        /// What LMDB found, in its map.
        @inline(__always)
        var found: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
    }
#endif
