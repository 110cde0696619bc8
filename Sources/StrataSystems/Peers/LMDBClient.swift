#if LMDB
    import StrataDisk

    /// One thread's use of an `LMDBStore`.
    final class LMDBClient: SystemClient {
        private let store: LMDBStore
        private let reader: LMDBReader
        private let tally: WriteTally
        private var gathered = GatheredWrites()

        init(_ store: LMDBStore, tally: WriteTally) throws {
            self.store = store
            self.tally = tally
            reader = try store.makeReader()
        }

        deinit { store.release(reader) }

        func write(key: UInt64, value: RawSpan) throws {
            try store.write { try store.put($0, key: key, value: value) }
            tally.add(operations: 1, bytes: value.byteCount)
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 { gathered.append(key: key, value: value) }

        func wait(through ticket: UInt64) throws -> UInt64 {
            guard gathered.count > 0 else { return gathered.lastTicket }
            try store.write { transaction in
                try gathered.forEach { try store.put(transaction, key: $0, value: $1) }
            }
            tally.add(operations: gathered.count, bytes: gathered.byteCount)
            gathered.removeAll()
            return gathered.lastTicket
        }

        func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool { try reader.get(key: key, body) }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            try reader.scan(from: key, count: count, body)
        }
    }
#endif
