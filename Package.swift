// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target of ours: Swift 6 mode comes with the tools version, and a warning is an error.
let ours: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A target of ours. `uses` lists targets and products; the rules on who may import whom are in ARCHITECTURE.md,
/// and ArchitectureTests compares them with the `import` lines.
func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: ours)
}

/// `data`: folders of the target that its tests find by path.
func tests(_ name: String, uses dependencies: [Target.Dependency], data: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: data, swiftSettings: ours)
}

let package = Package(
    name: "strata",
    products: [.executable(name: "strata", targets: ["strata"])],
    // Libraries to measure against. The Makefile switches on those that it finds; without them their cells say so.
    traits: [
        .trait(name: "RocksDB", description: "measure RocksDB (librocksdb)"),
        .trait(name: "SQLite", description: "measure SQLite (libsqlite3)"),
        .trait(name: "LMDB", description: "measure LMDB (liblmdb)"),
    ],
    dependencies: [
        // The command line: parsing, --help and errors that users of Swift tools know.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Latency histograms in the format that HdrHistogram's own tools read.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        // Experiment files: a complete TOML 1.0 parser with line numbers in its errors.
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        // Reading our own CSV back for reports and comparisons.
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
        // Sockets and the event loop of the servers.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // The interpreter of the Redis engine's scripts: Redis speaks Lua 5.1 and no later one.
        .systemLibrary(name: "CLua", pkgConfig: "lua5.1", providers: [.apt(["liblua5.1-0-dev"])]),
        .systemLibrary(name: "CRocksDB", pkgConfig: "rocksdb", providers: [.apt(["librocksdb-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        // liburing: the kernel's own wrapper of the io_uring rings; the shim links it for one linked write and sync.
        .target(name: "CStrataShims", linkerSettings: [.linkedLibrary("uring")]),

        module("StrataCodec", uses: ["CStrataShims", "CLZ4", "CZstd"]),
        module("StrataDisk", uses: ["CStrataShims"]),
        module("StrataSim", uses: ["StrataDisk"]),
        module("StrataJournal", uses: ["StrataDisk"]),
        module("StrataWAL", uses: ["StrataJournal", "StrataDisk", "StrataCodec"]),
        module("StrataBTree", uses: ["StrataDisk", "StrataCodec"]),
        module("StrataKV", uses: ["StrataBTree", "StrataDisk", "StrataCodec"]),
        module("StrataReplica", uses: ["StrataWAL", "StrataDisk"]),
        module(
            "StrataEngine",
            uses: ["StrataReplica", "StrataKV", "StrataBTree", "StrataWAL", "StrataJournal", "StrataDisk"]),
        module("StrataRESP"),
        // Functions of C that raise Lua's errors: those leave by longjmp, which must not cross a Swift frame.
        .target(name: "CStrataLua", dependencies: ["CLua"]),
        module("StrataRedis", uses: ["StrataRESP", "StrataJournal", "StrataDisk", "StrataCodec", "CStrataLua"]),
        module(
            "StrataRedisServer",
            uses: [
                "StrataRedis", "StrataRESP", "StrataDisk", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        module("StrataWorkload", uses: ["StrataDisk", "StrataCodec"]),
        module(
            "StrataSystems",
            uses: [
                "StrataEngine", "StrataKV", "StrataBTree", "StrataWAL", "StrataJournal", "StrataDisk", "StrataCodec",
                .target(name: "CRocksDB", condition: .when(traits: ["RocksDB"])),
                .target(name: "CSQLite", condition: .when(traits: ["SQLite"])),
                .target(name: "CLMDB", condition: .when(traits: ["LMDB"])),
            ]),
        module(
            "StrataCrash",
            uses: ["StrataSim", "StrataWAL", "StrataJournal", "StrataDisk"]),
        module(
            "StrataLab",
            uses: [
                "StrataCrash", "StrataSystems", "StrataWorkload", "StrataWAL", "StrataJournal", "StrataSim",
                "StrataDisk", "StrataCodec",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "SwiftCSV", package: "SwiftCSV"),
            ]),
        .executableTarget(
            name: "strata",
            dependencies: [
                "StrataLab", "StrataRedisServer", "StrataRedis", "StrataRESP", "StrataWorkload", "StrataEngine", "StrataKV",
                "StrataBTree", "StrataWAL", "StrataJournal", "StrataDisk", "StrataCodec",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: ours),

        .target(
            name: "StrataTesting", dependencies: [], path: "Tests/StrataTesting", swiftSettings: ours),
        // malloc and its kin, counted: tests claim that an append allocates nothing.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests("StrataCodecTests", uses: ["StrataCodec", "StrataDisk", "CStrataShims", "StrataTesting"]),
        tests("StrataDiskTests", uses: ["StrataDisk", "StrataTesting"]),
        tests("StrataSimTests", uses: ["StrataSim", "StrataDisk", "StrataTesting"], data: ["testdata"]),
        tests("StrataJournalTests", uses: ["StrataJournal", "StrataSim", "StrataDisk"]),
        tests(
            "StrataWALTests",
            uses: [
                "StrataWAL", "StrataJournal", "StrataSim", "StrataDisk", "StrataCodec", "StrataTesting",
                "CAllocationCounter",
            ],
            data: ["testdata"]),
        tests("StrataBTreeTests", uses: ["StrataBTree", "StrataSim", "StrataDisk", "StrataCodec", "StrataTesting"]),
        tests(
            "StrataKVTests",
            uses: ["StrataKV", "StrataBTree", "StrataSim", "StrataDisk", "StrataCodec", "StrataTesting"],
            data: ["testdata"]),
        tests(
            "StrataReplicaTests",
            uses: ["StrataReplica", "StrataWAL", "StrataJournal", "StrataSim", "StrataDisk"]),
        tests(
            "StrataEngineTests",
            uses: [
                "StrataEngine", "StrataReplica", "StrataKV", "StrataBTree", "StrataWAL", "StrataJournal", "StrataSim",
                "StrataDisk", "StrataTesting", "CAllocationCounter",
            ]),
        tests("StrataRESPTests", uses: ["StrataRESP", "StrataDisk", "CAllocationCounter"]),
        tests(
            "StrataRedisTests",
            uses: [
                "StrataRedis", "StrataRESP", "StrataJournal", "StrataSim", "StrataDisk", "StrataCodec", "StrataTesting",
            ]),
        tests(
            "StrataRedisServerTests",
            uses: [
                "StrataRedisServer", "StrataRESP", "StrataTesting", .product(name: "NIOCore", package: "swift-nio"),
            ]),
        tests("StrataWorkloadTests", uses: ["StrataWorkload", "StrataDisk", "StrataCodec", "StrataTesting"]),
        tests(
            "StrataSystemsTests",
            uses: ["StrataSystems", "StrataJournal", "StrataDisk", "StrataCodec", "StrataTesting"]),
        tests(
            "StrataCrashTests",
            uses: ["StrataCrash", "StrataSim", "StrataWAL", "StrataJournal", "StrataDisk"]),
        tests(
            "StrataLabTests",
            uses: [
                "StrataLab", "StrataSystems", "StrataWorkload", "StrataJournal", "StrataDisk", "StrataTesting",
            ]),
        // Runs the built tool as another process.
        tests("StrataToolTests", uses: ["StrataTesting"]),
        tests("ArchitectureTests", uses: []),
    ]
)
