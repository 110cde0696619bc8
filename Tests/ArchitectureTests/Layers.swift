/// Who may import whom. Imports point downwards only. ARCHITECTURE.md shows the same table to readers, and a test holds the
/// two together; SwiftPM itself lets a target import whatever another one brings along.
enum Layers {
    /// Modules of the system and the toolchain, open to every target.
    static let system: Set<String> = ["Glibc", "Foundation", "FoundationXML", "Synchronization", "Dispatch"]

    /// What tests may import besides.
    static let testing: Set<String> = ["Testing"]

    /// Targets below Tests that hold no tests of their own.
    static let testSupport: Set<String> = ["StrataTesting", "CAllocationCounter"]

    static let allowed: [String: Set<String>] = [
        "CLZ4": [],
        "CZstd": [],
        "CRocksDB": [],
        "CSQLite": [],
        "CLMDB": [],
        "CLua": [],
        "CStrataLua": ["CLua"],
        "CStrataShims": [],
        "StrataCodec": ["CStrataShims", "CLZ4", "CZstd"],
        "StrataDisk": ["StrataCodec", "CStrataShims"],
        "StrataSim": ["StrataDisk"],
        "StrataJournal": ["StrataDisk"],
        "StrataWAL": ["StrataJournal", "StrataDisk", "StrataCodec"],
        "StrataBTree": ["StrataDisk", "StrataCodec"],
        "StrataKV": ["StrataBTree", "StrataDisk", "StrataCodec"],
        "StrataReplica": ["StrataWAL", "StrataDisk"],
        "StrataEngine": [
            "StrataReplica", "StrataKV", "StrataBTree", "StrataWAL", "StrataJournal", "StrataDisk",
        ],
        "StrataRESP": [],
        "StrataRedis": ["StrataRESP", "StrataJournal", "StrataDisk", "StrataCodec", "CStrataLua"],
        "StrataRedisServer": ["StrataRedis", "StrataRESP", "StrataDisk", "NIOCore", "NIOPosix"],
        "StrataWorkload": ["StrataDisk", "StrataCodec"],
        "StrataSystems": [
            "StrataEngine", "StrataReplica", "StrataKV", "StrataBTree", "StrataWAL", "StrataJournal", "StrataDisk",
            "StrataCodec",
            "StrataWorkload", "CRocksDB", "CSQLite", "CLMDB",
        ],
        "StrataCrash": [
            "StrataSim", "StrataSystems", "StrataWAL", "StrataJournal", "StrataDisk", "StrataCodec", "StrataWorkload",
        ],
        "StrataLab": [
            "StrataCrash", "StrataSystems", "StrataWorkload", "StrataWAL", "StrataJournal", "StrataSim", "StrataDisk",
            "StrataCodec", "Histogram", "TOMLKit", "SwiftCSV",
        ],
        "strata": [
            "StrataLab", "StrataRedisServer", "StrataRedis", "StrataRESP", "StrataWorkload", "StrataEngine", "StrataKV",
            "StrataBTree", "StrataWAL", "StrataJournal", "StrataDisk", "StrataCodec", "ArgumentParser",
        ],
    ]
}
