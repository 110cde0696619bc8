#if RocksDB
    import CRocksDB
    import Glibc
    import StrataCodec
    import StrataDisk
    import StrataJournal

    /// One open RocksDB database with the options that it was opened with. Any number of threads may use it; `close` comes after
    /// them.
    final class RocksDBStore: @unchecked Sendable {
        /// nil once closed.
        @exclusivity(unchecked) private(set) var database: OpaquePointer?
        let writeOptions: OpaquePointer
        let readOptions: OpaquePointer
        private let options: OpaquePointer
        private let cache: OpaquePointer?

        /// Bits of the Bloom filter per key: RocksDB's tuning guide has 10, for about 1 % of false positives.
        static let bloomBits = 10.0

        init(_ configuration: SystemConfiguration) throws {
            options = rocksdb_options_create()
            rocksdb_options_set_create_if_missing(options, 1)
            rocksdb_options_set_write_buffer_size(options, configuration.bufferBytes)
            rocksdb_options_set_use_fsync(options, configuration.syncMethod == .fsync ? 1 : 0)
            rocksdb_options_set_compression(options, Self.compression(configuration.compression))

            let tables: OpaquePointer = rocksdb_block_based_options_create()
            defer { rocksdb_block_based_options_destroy(tables) }
            // The table options own the filter from here on.
            rocksdb_block_based_options_set_filter_policy(
                tables, rocksdb_filterpolicy_create_bloom_full(Self.bloomBits))
            cache = configuration.memoryBytes.map { rocksdb_cache_create_lru($0) }
            if let cache { rocksdb_block_based_options_set_block_cache(tables, cache) }
            rocksdb_options_set_block_based_table_factory(options, tables)

            writeOptions = rocksdb_writeoptions_create()
            rocksdb_writeoptions_set_sync(writeOptions, configuration.syncPolicy == .always ? 1 : 0)
            readOptions = rocksdb_readoptions_create()
            database = try Self.call("open") { rocksdb_open(options, configuration.directory, $0) }
        }

        deinit {
            close()
            rocksdb_writeoptions_destroy(writeOptions)
            rocksdb_readoptions_destroy(readOptions)
            rocksdb_options_destroy(options)
            if let cache { rocksdb_cache_destroy(cache) }
        }

        /// Leaves on disk what a killed process would: writes have reached the kernel's view of the log one by one, and changes
        /// in memory that a log holds are not flushed. Idempotent.
        func close() {
            guard let database else { return }
            rocksdb_close(database)
            self.database = nil
        }

        @inline(__always)
        func running() throws -> OpaquePointer {
            guard let database else { throw PeerError.closed("RocksDB") }
            return database
        }

        /// Runs a call of the C interface, whose last argument takes the message of an error.
        @inline(__always)
        static func call<R>(
            _ operation: StaticString, _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
        ) throws -> R {
            var message: UnsafeMutablePointer<CChar>?
            let result = body(&message)
            if let message { throw failure(operation, message) }
            return result
        }

        @inline(never)
        private static func failure(_ operation: StaticString, _ message: UnsafeMutablePointer<CChar>) -> any Error {
            defer { rocksdb_free(message) }
            let text = String(cString: message)
            // A library that was built without a codec says so when a database is opened.
            if text.contains("is not linked with the binary") { return SystemUnsupported(reason: "RocksDB: \(text)") }
            return PeerError(library: "RocksDB", operation: "\(operation)", message: text)
        }

        private static func compression(_ compression: Compression) -> CInt {
            switch compression {
            case .none: CInt(rocksdb_no_compression)
            case .lz4: CInt(rocksdb_lz4_compression)
            case .zstd, .zstdDictionary: CInt(rocksdb_zstd_compression)
            }
        }

        /// Everything in memory goes to a table file, and compactions that are due are waited for.
        func settle() throws {
            let database = try running()
            let flush: OpaquePointer = rocksdb_flushoptions_create()
            defer { rocksdb_flushoptions_destroy(flush) }
            rocksdb_flushoptions_set_wait(flush, 1)
            try Self.call("flush") { rocksdb_flush(database, flush, $0) }
            while try property("rocksdb.compaction-pending") + property("rocksdb.num-running-compactions") > 0 {
                usleep(20_000)
            }
        }

        private func property(_ name: String) throws -> UInt64 {
            var value: UInt64 = 0
            guard rocksdb_property_int(try running(), name, &value) == 0 else {
                throw PeerError(library: "RocksDB", operation: "property", message: "no number named \(name)")
            }
            return value
        }

        /// The library's version, which it writes at the head of its information log; its C interface does not tell.
        static func version(of directory: String) -> String? {
            let mark = "RocksDB version: "
            let head = IOBuffer(capacity: 4096)
            do throws(StorageError) {
                let log = try PosixDisk(path: directory).open("LOG", .read, method: .fdatasync)
                try head.appendInPlace(atMost: 4096) { (room) throws(StorageError) -> Int in
                    var bytes = room.mutableBytes
                    return try log.read(into: &bytes, at: 0)
                }
                try log.close()
            } catch {
                return nil
            }
            let text = head.withBytes { bytes in bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
            guard let start = text.firstRange(of: mark)?.upperBound else { return nil }
            return String(text[start...].prefix { $0.isNumber || $0 == "." })
        }
    }
#endif
