import Testing

@Suite struct HabitTests {
    let tree = SourceTree()

    @Test(arguments: ["try!", "as!", "fatalError(", "@testable"])
    func sourcesHandleWhatComesFromOutside(_ word: String) throws {
        for file in try tree.files(in: "Sources", endings: [".swift"]) {
            for (number, line) in file.code where line.contains(word) {
                Issue.record("\(file.path):\(number): \(word) in \(line.drop { $0 == " " })")
            }
        }
    }

    @Test func nothingIsLeftForLater() throws {
        // Spelt apart, so that this file passes.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        for folder in ["Sources", "Tests", "Benchmarks"] {
            for file in try tree.files(in: folder, endings: [".swift", ".c", ".h", ".toml"]) {
                for (index, line) in file.lines.enumerated() where words.contains(where: { line.contains($0) }) {
                    Issue.record("\(file.path):\(index + 1): \(line.drop { $0 == " " })")
                }
            }
        }
    }

    /// A clone stands anywhere: nothing names a place on the machine where it was written. Reference results apart, which
    /// record theirs.
    @Test func noFileNamesAPlaceOfOneMachine() throws {
        let places = ["work", "home", "root", "Users"].map { "/" + $0 + "/" }
        let endings = [
            ".swift", ".c", ".h", ".md", ".toml", ".txt", ".modulemap", ".sh", ".py", ".yml", "Makefile", "run",
        ]
        // Folders by name too: in a tree made of links they are not found from its root.
        var files: [String: SourceTree.File] = [:]
        for folder in [".", "Sources", "Tests"] {
            for file in try tree.files(in: folder, endings: endings) { files[file.path] = file }
        }
        try #require(files.count > 20)
        for (path, file) in files.sorted(by: { $0.key < $1.key })
        where !path.hasPrefix("results/") && !path.hasPrefix("runs/") {
            for (index, line) in file.lines.enumerated() {
                for place in places where Self.containsAbsolute(place, line) {
                    Issue.record("\(file.path):\(index + 1): \(line)")
                }
            }
        }
    }

    /// `place` at the start of a path, not in the middle of one.
    private static func containsAbsolute(_ place: String, _ line: Substring) -> Bool {
        line.ranges(of: place).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || "._-~)}*".contains(before))
        }
    }

    @Test func generatedCodeHasFoldersOfItsOwn() throws {
        for file in try tree.files(in: "Sources", endings: [".swift"]) {
            let head = file.lines.prefix(8).joined(separator: "\n")
            let isGenerated =
                file.name.hasSuffix(".pb.swift") || file.name.hasSuffix(".grpc.swift") || head.contains("DO NOT EDIT")
            let isApart = file.path.split(separator: "/").contains("Generated")
            #expect(isGenerated == isApart, "\(file.path)")
        }
    }

    /// A drawing that no test reads is wrong before long.
    @Test func everyFormatIsHeldByATest() throws {
        let tests = try tree.files(in: "Tests", endings: [".swift"]).filter { !$0.path.contains("ArchitectureTests") }
        for file in try tree.files(in: "Sources", endings: ["Format.swift"]) {
            let format = file.name.dropLast(".swift".count)
            #expect(tests.contains { $0.text.contains(format) }, "no test names \(format) of \(file.path)")
        }
    }
}

@Suite struct ReadingTests {
    @Test func importsAreFoundInEveryForm() {
        let file = SourceTree.File(
            path: "A.swift",
            text: """
                import Glibc
                @preconcurrency import Foundation
                package import struct StrataDisk.SeededRandom
                // import Commented
                let text = \"\"\"
                import Quoted
                \"\"\"
                import func Dispatch.dispatchMain
                """)
        #expect(file.imports == ["Glibc", "Foundation", "StrataDisk", "Dispatch"])
    }

    @Test func importsKnowWhatTheyDependOn() {
        let file = SourceTree.File(
            path: "A.swift",
            text: """
                import Glibc
                #if RocksDB
                    import CRocksDB
                    #if os(Linux)
                        import CBoth
                    #endif
                #else
                    import CNeither
                #endif
                import Foundation
                """)
        #expect(
            file.importLines == [
                .init(module: "Glibc", conditions: []), .init(module: "CRocksDB", conditions: ["RocksDB"]),
                .init(module: "CBoth", conditions: ["RocksDB", "os(Linux)"]),
                .init(module: "CNeither", conditions: ["!(RocksDB)"]), .init(module: "Foundation", conditions: []),
            ])
    }

    @Test func targetsAreFoundInEveryForm() {
        let manifest = PackageManifest(
            """
            .trait(name: "LMDB", description: "measure LMDB"),
            func module(_ name: String, uses dependencies: [Target.Dependency] = []) -> Target {
                .target(name: name, dependencies: dependencies, swiftSettings: ours)
            }
            // module("Commented", uses: ["X"]),
            module("A"),
            module(
                "B",
                uses: [
                    "A", .product(name: "P", package: "p-package"),
                    .product(name: "Q", package: "q"), "C",
                ]),
            .executableTarget(name: "tool", dependencies: ["B"], swiftSettings: ours),
            module(
                "D",
                uses: [
                    "A", .target(name: "CLMDB", condition: .when(traits: ["LMDB"])),
                    .product(name: "R", package: "r"),
                ]),
            tests("BTests", uses: ["B"]),
            .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
            """)
        #expect(
            manifest.targets.sorted { $0.name < $1.name } == [
                .init(name: "A", isTest: false, dependencies: []),
                .init(name: "B", isTest: false, dependencies: ["A", "P", "Q", "C"]),
                .init(name: "BTests", isTest: true, dependencies: ["B"]),
                .init(name: "CLZ4", isTest: false, dependencies: []),
                .init(name: "D", isTest: false, dependencies: ["A", "CLMDB", "R"], traits: ["CLMDB": "LMDB"]),
                .init(name: "tool", isTest: false, dependencies: ["B"]),
            ])
        #expect(manifest.traits == ["LMDB"])
    }
}
