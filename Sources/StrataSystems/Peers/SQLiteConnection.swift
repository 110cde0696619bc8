#if SQLite
    import CSQLite
    import StrataDisk

    /// One connection with its prepared statements. One thread at a time.
    final class SQLiteConnection: @unchecked Sendable {
        /// nil once closed.
        @exclusivity(unchecked) private var database: OpaquePointer?
        @exclusivity(unchecked) private var statements: Statements?

        private struct Statements {
            var put: OpaquePointer
            var get: OpaquePointer
            var scan: OpaquePointer
            var begin: OpaquePointer
            var commit: OpaquePointer
            var rollback: OpaquePointer

            var all: [OpaquePointer] { [put, get, scan, begin, commit, rollback] }
        }

        /// Milliseconds that a connection waits for a lock that another one holds. Writers of one process take turns before
        /// they ask, so this is for what is left: a checkpoint that waits for readers.
        private static let patience: CInt = 60_000

        /// Opens or creates the database `path`, with the table in it.
        init(path: String, journal: String, synchronous: String, checkpointPages: Int) throws {
            var opened: OpaquePointer?
            let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
            let code = sqlite3_open_v2(path, &opened, flags, nil)
            database = opened
            guard code == SQLITE_OK else { throw failure("open", code) }
            sqlite3_busy_timeout(opened, Self.patience)
            let mode = try answer("PRAGMA journal_mode=\(journal)")
            guard mode == journal else {
                throw SystemUnsupported(reason: "SQLite chose journal mode \(mode ?? "none") when asked for \(journal)")
            }
            _ = try answer("PRAGMA synchronous=\(synchronous)")
            _ = try answer("PRAGMA wal_autocheckpoint=\(checkpointPages)")
            _ = try answer(
                "CREATE TABLE IF NOT EXISTS entries(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
            statements = Statements(
                put: try prepare("INSERT OR REPLACE INTO entries(key, value) VALUES(?1, ?2)"),
                get: try prepare("SELECT value FROM entries WHERE key = ?1"),
                scan: try prepare("SELECT value FROM entries WHERE key >= ?1 ORDER BY key LIMIT ?2"),
                begin: try prepare("BEGIN IMMEDIATE"), commit: try prepare("COMMIT"),
                rollback: try prepare("ROLLBACK"))
        }

        deinit { close() }

        /// The last connection to close moves the log into the database, unless `keepingLog`. Idempotent.
        func close(keepingLog: Bool = false) {
            statements?.all.forEach { sqlite3_finalize($0) }
            statements = nil
            if let database, keepingLog { _ = strata_sqlite3_keep_log_on_close(database) }
            sqlite3_close_v2(database)
            database = nil
        }

        /// Memory for pages of the database, this connection's own.
        func setCache(bytes: Int) throws {
            // Negative: in KiB, not pages.
            _ = try answer("PRAGMA cache_size=-\(max(1, bytes / 1024))")
        }

        /// Moves what is in the log into the database and empties the log; nothing to do for other journals.
        func checkpoint() throws {
            let code = sqlite3_wal_checkpoint_v2(database, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
            guard code == SQLITE_OK else { throw failure("checkpoint", code) }
        }

        /// A transaction of its own, or part of the one that `transaction` has begun.
        func put(key: UInt64, value: RawSpan) throws {
            guard let statement = statements?.put else { throw PeerError.closed("SQLite") }
            try KeyName.withBytes(of: key) { name throws in
                try bind(name, to: statement, at: 1)
                try bind(value, to: statement, at: 2)
                try step(statement, "put")
            }
        }

        /// All that `body` puts is committed together when it returns, and nothing of it when it throws.
        func transaction(_ body: () throws -> Void) throws {
            guard let statements else { throw PeerError.closed("SQLite") }
            try step(statements.begin, "begin")
            do {
                try body()
                try step(statements.commit, "commit")
            } catch {
                // Some failures, such as a full disk, have rolled back already.
                if sqlite3_get_autocommit(database) == 0 { try step(statements.rollback, "rollback") }
                throw error
            }
        }

        func get(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            guard let statement = statements?.get else { throw PeerError.closed("SQLite") }
            return try KeyName.withBytes(of: key) { name throws in
                try bind(name, to: statement, at: 1)
                return try rows(of: statement, "get", body) > 0
            }
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            guard let statement = statements?.scan else { throw PeerError.closed("SQLite") }
            return try KeyName.withBytes(of: key) { name throws in
                try bind(name, to: statement, at: 1)
                sqlite3_bind_int64(statement, 2, Int64(count))
                return try rows(of: statement, "scan", body)
            }
        }

        /// The bytes must stay until the statement has been stepped: SQLite makes no copy (a destructor of nil).
        @inline(__always)
        private func bind(_ bytes: RawSpan, to statement: OpaquePointer, at position: CInt) throws {
            let code = bytes.withUnsafeBytes { bytes in
                // A null pointer would be NULL, which is not an empty value.
                bytes.isEmpty
                    ? sqlite3_bind_zeroblob(statement, position, 0)
                    : sqlite3_bind_blob64(statement, position, bytes.baseAddress, UInt64(bytes.count), nil)
            }
            guard code == SQLITE_OK else { throw failure("bind", code) }
        }

        /// Runs a statement that has no rows, and makes it ready for its next run.
        @inline(__always)
        private func step(_ statement: OpaquePointer, _ operation: String) throws {
            let code = sqlite3_step(statement)
            let end = sqlite3_reset(statement)
            guard code == SQLITE_DONE, end == SQLITE_OK else { throw failure(operation, end == SQLITE_OK ? code : end) }
        }

        /// Lends the first column of each row.
        @inline(__always)
        private func rows(
            of statement: OpaquePointer, _ operation: String, _ body: (RawSpan) -> Void
        ) throws -> Int {
            var count = 0
            var code = sqlite3_step(statement)
            while code == SQLITE_ROW {
                let start = sqlite3_column_blob(statement, 0)
                let length = Int(sqlite3_column_bytes(statement, 0))
                body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length).bytes)
                count += 1
                code = sqlite3_step(statement)
            }
            sqlite3_reset(statement)
            guard code == SQLITE_DONE else { throw failure(operation, code) }
            return count
        }

        private func prepare(_ text: String) throws -> OpaquePointer {
            var statement: OpaquePointer?
            let code = sqlite3_prepare_v3(database, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
            guard code == SQLITE_OK, let statement else { throw failure("prepare", code) }
            return statement
        }

        /// The text of the first row's first column, nil where there is no row.
        private func answer(_ text: String) throws -> String? {
            let statement = try prepare(text)
            defer { sqlite3_finalize(statement) }
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW || code == SQLITE_DONE else { throw failure(text, code) }
            return sqlite3_column_text(statement, 0).map { String(cString: $0) }
        }

        @inline(never)
        private func failure(_ operation: String, _ code: CInt) -> any Error {
            let message = database.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
            return PeerError(library: "SQLite", operation: operation, message: "\(message) (code \(code))")
        }
    }
#endif
