#if LMDB
    import CLMDB

    /// A read transaction and a cursor, kept between reads: each read renews them, which takes the newest snapshot, and resets
    /// them, so that an idle client holds no pages back. One thread at a time.
    final class LMDBReader: @unchecked Sendable {
        /// nil once closed.
        @exclusivity(unchecked) private var transaction: OpaquePointer?
        @exclusivity(unchecked) private var cursor: OpaquePointer?
        private let table: MDB_dbi

        init(environment: OpaquePointer, table: MDB_dbi) throws {
            self.table = table
            try LMDBStore.check(
                mdb_txn_begin(environment, nil, CUnsignedInt(MDB_RDONLY), &transaction), "begin to read")
            let code = mdb_cursor_open(transaction, table, &cursor)
            mdb_txn_reset(transaction)
            try LMDBStore.check(code, "open cursor")
        }

        deinit { close() }

        /// Before the environment closes. Idempotent.
        func close() {
            if let cursor { mdb_cursor_close(cursor) }
            if let transaction { mdb_txn_abort(transaction) }
            cursor = nil
            transaction = nil
        }

        @inline(__always)
        private func renewed() throws -> OpaquePointer {
            guard let transaction else { throw PeerError.closed("LMDB") }
            try LMDBStore.check(mdb_txn_renew(transaction), "renew")
            return transaction
        }

        @inline(__always)
        func get(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            let transaction = try renewed()
            defer { mdb_txn_reset(transaction) }
            return try KeyName.withBytes(of: key) { name throws in
                try name.withUnsafeBytes { name throws in
                    var key = MDB_val(lending: name)
                    var value = MDB_val()
                    let code = mdb_get(transaction, table, &key, &value)
                    if code == MDB_NOTFOUND { return false }
                    try LMDBStore.check(code, "get")
                    body(value.found.bytes)
                    return true
                }
            }
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            let transaction = try renewed()
            defer { mdb_txn_reset(transaction) }
            try LMDBStore.check(mdb_cursor_renew(transaction, cursor), "renew cursor")
            return try KeyName.withBytes(of: key) { name throws in
                try name.withUnsafeBytes { name throws in
                    var key = MDB_val(lending: name)
                    var value = MDB_val()
                    var found = 0
                    while found < count {
                        let code = mdb_cursor_get(cursor, &key, &value, found == 0 ? MDB_SET_RANGE : MDB_NEXT)
                        if code == MDB_NOTFOUND { break }
                        try LMDBStore.check(code, "scan")
                        body(value.found.bytes)
                        found += 1
                    }
                    return found
                }
            }
        }
    }
#endif
