#if SQLite
    import StrataDisk
    import Synchronization

    /// One open database and its connections.
    final class SQLiteStore: Sendable {
        private let path: String
        private let mode: SQLiteMode
        private let synchronous: String
        private let checkpointPages: Int
        private let memoryBytes: Int?
        /// The first is the store's own: while it is open, no client's closing is the last one.
        private let connections = Mutex<[SQLiteConnection]>([])
        /// Writers take turns here. SQLite lets one write at a time and has the others ask again after sleeps of up to 0.1 s,
        /// which would measure sleeping.
        let turn = Mutex(())

        static let pageBytes = 4096

        init(_ configuration: SystemConfiguration, _ mode: SQLiteMode, synchronous: String) throws {
            path = configuration.directory + "/data.sqlite"
            self.mode = mode
            self.synchronous = synchronous
            checkpointPages = Self.checkpointPages(configuration)
            memoryBytes = configuration.memoryBytes
            _ = try open()
        }

        /// The log's size at which a commit moves it into the database.
        static func checkpointPages(_ configuration: SystemConfiguration) -> Int {
            max(1, configuration.bufferBytes / pageBytes)
        }

        func open() throws -> SQLiteConnection {
            let connection = try SQLiteConnection(
                path: path, journal: mode.journal, synchronous: synchronous, checkpointPages: checkpointPages)
            connections.withLock { $0.append(connection) }
            return connection
        }

        func release(_ connection: SQLiteConnection) {
            connections.withLock { $0.removeAll { $0 === connection } }
            connection.close(keepingLog: true)
        }

        /// A client's part of the memory given for cached pages: each connection has a cache of its own. nil: the library's
        /// default.
        var cacheBytesOfOne: Int? {
            memoryBytes.map { $0 / max(1, connections.withLock { $0.count } - 1) }
        }

        func settle() throws {
            guard let first = connections.withLock({ $0.first }) else { throw PeerError.closed("SQLite") }
            try turn.withLock { _ in try first.checkpoint() }
        }

        /// Clients are at rest. Later calls of theirs throw.
        func close(keepingLog: Bool) {
            let closing = connections.withLock { connections in
                defer { connections = [] }
                return connections
            }
            // The store's own connection last.
            for connection in closing.dropFirst() { connection.close(keepingLog: true) }
            closing.first?.close(keepingLog: keepingLog)
        }
    }
#endif
