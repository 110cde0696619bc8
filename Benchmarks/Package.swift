// swift-tools-version: 6.2
import PackageDescription

// Micro-benchmarks, apart from the main package: their library costs minutes to build, and nobody else needs it.
// `package` declarations end at a package's border, so the layers are built here once more, from the same files:
// `Sources` is a link to the main package's folder.

let ours: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, uses dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: ours)
}

let package = Package(
    name: "strata-benchmarks",
    dependencies: [
        // Without its traits: they interpose malloc and the Swift runtime, which would be measured along.
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: [])
    ],
    targets: [
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CStrataShims", linkerSettings: [.linkedLibrary("uring")]),
        module("StrataCodec", uses: ["CStrataShims", "CLZ4", "CZstd"]),
        module("StrataDisk", uses: ["CStrataShims"]),
        module("StrataJournal", uses: ["StrataDisk", "CStrataShims"]),
        module("StrataWAL", uses: ["StrataJournal", "StrataDisk", "StrataCodec"]),
        .executableTarget(
            name: "StrataMicro",
            dependencies: [
                "StrataWAL", "StrataJournal", "StrataDisk", "StrataCodec",
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/StrataMicro",
            swiftSettings: ours,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ]
)
