/// The systems that can be measured, by the names that experiments use.
package enum SystemCatalog {
    /// Logs, which keep what they are given without an order of keys.
    package static let logs = ["wal", "bare"]

    /// Libraries of others. A name is there whether or not this build has the library.
    package static let peers = ["rocksdb"] + SQLiteMode.allCases.map(\.rawValue) + ["lmdb", "lmdb-writemap"]

    /// Strata's own stores, by what stands between a write and the tree: memory, nothing, a log, a log and versions.
    package static let ownStores = ["memory", "tree", "wal-tree", "kv"]

    /// Whoever reads by key.
    package static let stores = ownStores + peers

    /// Servers in processes of their own, whose clients speak Redis' protocol. They have no order of keys.
    package static let servers = RedisSystem.Kind.allCases.map(\.rawValue)

    package static let names = logs + stores + servers

    /// Whether a killed system leaves on disk what it has acknowledged.
    package static func isPersistent(_ name: String) -> Bool { name != "bare" && name != "memory" }

    /// Throws `SystemUnsupported` for a name that is not in `names`.
    package static func make(
        _ name: String, _ configuration: SystemConfiguration
    ) throws -> any MeasuredSystem {
        if let kind = RedisSystem.Kind(rawValue: name) { return RedisSystem(configuration, kind: kind) }
        switch name {
        case "wal": return WALSystem(configuration)
        case "bare": return BareSystem(configuration)
        case "memory": return PlainSystem(configuration, hasLog: false)
        case "tree": return TreeSystem(configuration)
        case "wal-tree": return PlainSystem(configuration, hasLog: true)
        case "kv": return KVSystem(configuration)
        default:
            if let peer = makePeer(name, configuration) { return peer }
            throw SystemUnsupported(reason: "no system \"\(name)\"; there are \(names.joined(separator: ", "))")
        }
    }

    private static func makePeer(_ name: String, _ configuration: SystemConfiguration) -> (any MeasuredSystem)? {
        if let mode = SQLiteMode(rawValue: name) {
            #if SQLite
                return SQLiteSystem(configuration, mode: mode)
            #else
                return AbsentSystem(mode.rawValue, trait: "SQLite", package: "libsqlite3-dev")
            #endif
        }
        switch name {
        case "rocksdb":
            #if RocksDB
                return RocksDBSystem(configuration)
            #else
                return AbsentSystem(name, trait: "RocksDB", package: "librocksdb-dev")
            #endif
        case "lmdb", "lmdb-writemap":
            #if LMDB
                return LMDBSystem(configuration, writesThroughMap: name == "lmdb-writemap")
            #else
                return AbsentSystem(name, trait: "LMDB", package: "liblmdb-dev")
            #endif
        default: return nil
        }
    }
}
