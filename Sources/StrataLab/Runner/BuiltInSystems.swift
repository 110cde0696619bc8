import StrataSystems

/// What this build can measure, for the tool to hand to a `BenchSession`.
package enum BuiltInSystems {
    package static let names = SystemCatalog.names

    /// Libraries that this build was made with, as package traits.
    package static let traits: [String] = {
        var traits: [String] = []
        #if LMDB
            traits.append("LMDB")
        #endif
        #if RocksDB
            traits.append("RocksDB")
        #endif
        #if SQLite
            traits.append("SQLite")
        #endif
        return traits
    }()

    package static let factory: SystemFactory = { name, configuration in
        try SystemCatalog.make(name, configuration)
    }
}
