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
    dependencies: [
        // The command line: parsing, --help and errors that users of Swift tools know.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Latency histograms in the format that HdrHistogram's own tools read.
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        // Experiment files: a complete TOML 1.0 parser with line numbers in its errors.
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        // Reading our own CSV back for reports and comparisons.
        .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        // liburing: the kernel's own wrapper of the io_uring rings; the shim links it for one linked write and sync.
        .target(name: "CStrataShims", linkerSettings: [.linkedLibrary("uring")]),

        module("StrataCodec", uses: ["CStrataShims", "CLZ4", "CZstd"]),
        module("StrataDisk", uses: ["CStrataShims"]),
        module("StrataSim", uses: ["StrataDisk"]),
        module("StrataJournal", uses: ["StrataDisk", "CStrataShims"]),
        module("StrataWAL", uses: ["StrataJournal", "StrataDisk", "StrataCodec"]),
        module("StrataWorkload", uses: ["StrataDisk", "StrataCodec"]),
        module(
            "StrataSystems",
            uses: ["StrataWAL", "StrataJournal", "StrataDisk", "StrataCodec"]),
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
                "StrataLab", "StrataWorkload", "StrataWAL", "StrataDisk", "StrataCodec",
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
        tests("ArchitectureTests", uses: []),
    ]
)
