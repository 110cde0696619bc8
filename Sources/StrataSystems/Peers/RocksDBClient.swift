#if RocksDB
    import CRocksDB

    /// One thread's use of a `RocksDBStore`.
    final class RocksDBClient: SystemClient {
        private let store: RocksDBStore
        private let flusher: PeriodicTask?
        private let tally: WriteTally
        /// Writes in flight, and how many and how large they are.
        private let batch: OpaquePointer
        private var gathered = 0
        private var gatheredBytes = 0
        private var lastTicket: UInt64 = 0

        init(_ store: RocksDBStore, flusher: PeriodicTask?, tally: WriteTally) {
            self.store = store
            self.flusher = flusher
            self.tally = tally
            batch = rocksdb_writebatch_create()
        }

        deinit { rocksdb_writebatch_destroy(batch) }

        func write(key: UInt64, value: RawSpan) throws {
            let database = try store.running()
            try flusher?.check()
            try KeyName.withBytes(of: key) { name throws in
                try name.withCharacters { name, nameLength throws in
                    try value.withCharacters { value, length throws in
                        try RocksDBStore.call("put") {
                            rocksdb_put(database, store.writeOptions, name, nameLength, value, length, $0)
                        }
                    }
                }
            }
            tally.add(operations: 1, bytes: value.byteCount)
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 {
            KeyName.withBytes(of: key) { name in
                name.withCharacters { name, nameLength in
                    value.withCharacters { value, length in
                        rocksdb_writebatch_put(batch, name, nameLength, value, length)
                    }
                }
            }
            gathered += 1
            gatheredBytes += value.byteCount
            lastTicket += 1
            return lastTicket
        }

        func wait(through ticket: UInt64) throws -> UInt64 {
            guard gathered > 0 else { return lastTicket }
            let database = try store.running()
            try flusher?.check()
            try RocksDBStore.call("write") { rocksdb_write(database, store.writeOptions, batch, $0) }
            rocksdb_writebatch_clear(batch)
            tally.add(operations: gathered, bytes: gatheredBytes)
            gathered = 0
            gatheredBytes = 0
            return lastTicket
        }

        func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            let database = try store.running()
            let found = try KeyName.withBytes(of: key) { name throws in
                try name.withCharacters { name, nameLength throws in
                    try RocksDBStore.call("get") {
                        rocksdb_get_pinned(database, store.readOptions, name, nameLength, $0)
                    }
                }
            }
            guard let found else { return false }
            defer { rocksdb_pinnableslice_destroy(found) }
            var length = 0
            let start = rocksdb_pinnableslice_value(found, &length)
            body(UnsafeRawBufferPointer(start: start, count: length).bytes)
            return true
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            let iterator: OpaquePointer = rocksdb_create_iterator(try store.running(), store.readOptions)
            defer { rocksdb_iter_destroy(iterator) }
            KeyName.withBytes(of: key) { name in
                name.withCharacters { rocksdb_iter_seek(iterator, $0, $1) }
            }
            var found = 0
            while found < count, rocksdb_iter_valid(iterator) != 0 {
                var length = 0
                let start = rocksdb_iter_value(iterator, &length)
                body(UnsafeRawBufferPointer(start: start, count: length).bytes)
                found += 1
                if found < count { rocksdb_iter_next(iterator) }
            }
            try RocksDBStore.call("iterate") { rocksdb_iter_get_error(iterator, $0) }
            return found
        }
    }
#endif
