#if SQLite
    import StrataDisk
    import Synchronization

    /// One thread's use of a `SQLiteStore`, by a connection of its own.
    final class SQLiteClient: SystemClient {
        private let store: SQLiteStore
        private let connection: SQLiteConnection
        private let tally: WriteTally
        private var gathered = GatheredWrites()
        private var hasCache = false

        init(_ store: SQLiteStore, tally: WriteTally) throws {
            self.store = store
            self.tally = tally
            connection = try store.open()
        }

        deinit { store.release(connection) }

        /// The cache is sized at the first use: by then all clients have been made among whom the memory is parted.
        @inline(__always)
        private func prepare() throws {
            guard !hasCache else { return }
            hasCache = true
            if let bytes = store.cacheBytesOfOne { try connection.setCache(bytes: bytes) }
        }

        func write(key: UInt64, value: RawSpan) throws {
            try prepare()
            try store.turn.withLock { _ in try connection.put(key: key, value: value) }
            tally.add(operations: 1, bytes: value.byteCount)
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 { gathered.append(key: key, value: value) }

        func wait(through ticket: UInt64) throws -> UInt64 {
            guard gathered.count > 0 else { return gathered.lastTicket }
            try prepare()
            try store.turn.withLock { _ in
                try connection.transaction {
                    try gathered.forEach { try connection.put(key: $0, value: $1) }
                }
            }
            tally.add(operations: gathered.count, bytes: gathered.byteCount)
            gathered.removeAll()
            return gathered.lastTicket
        }

        func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            try prepare()
            return try connection.get(key: key, body)
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            try prepare()
            return try connection.scan(from: key, count: count, body)
        }
    }
#endif
