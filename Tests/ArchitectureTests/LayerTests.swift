import Foundation
import Testing

@Suite struct LayerTests {
    let tree = SourceTree()

    /// Modules that a target's Swift files import, with one of the files.
    func imports(_ folder: String) throws -> [String: String] {
        var found: [String: String] = [:]
        for file in try tree.files(in: folder, endings: [".swift"]) {
            for module in file.imports where found[module] == nil { found[module] = file.path }
        }
        return found
    }

    @Test func everyFolderOfSourcesHasItsRow() throws {
        let folders = Set(try tree.folders(in: "Sources"))
        let unknown = folders.subtracting(Layers.allowed.keys)
        #expect(unknown.isEmpty, "add \(unknown.sorted()) to Layers.allowed and to ARCHITECTURE.md")
        let gone = Set(Layers.allowed.keys).subtracting(folders)
        #expect(gone.isEmpty, "Layers.allowed names \(gone.sorted()), which Sources does not hold")
    }

    @Test(arguments: Layers.allowed.keys.sorted())
    func aTargetImportsOnlyWhatTheTableAllows(_ target: String) throws {
        let allowed = try #require(Layers.allowed[target]).union(Layers.system)
        for (module, file) in try imports("Sources/\(target)").sorted(by: { $0.key < $1.key }) {
            #expect(allowed.contains(module), "\(file): \(target) may not import \(module)")
        }
    }

    /// In the table, and so in the imports, which it bounds.
    @Test func noTargetReachesItself() {
        func reaches(_ target: String, from start: String, seen: inout Set<String>) -> Bool {
            for next in Layers.allowed[start] ?? [] where seen.insert(next).inserted {
                if next == target || reaches(target, from: next, seen: &seen) { return true }
            }
            return false
        }
        for target in Layers.allowed.keys.sorted() {
            var seen: Set<String> = []
            #expect(!reaches(target, from: target, seen: &seen), "\(target) imports itself in the end")
        }
    }

    /// SwiftPM accepts an import that another target brings along, and a dependency that nobody uses.
    @Test func thePackageDeclaresExactlyWhatIsImported() throws {
        let manifest = PackageManifest(try tree.text("Package.swift"))
        try #require(manifest.targets.count > 5, "Package.swift could not be read")
        for target in manifest.targets {
            let folder = target.isTest || Layers.testSupport.contains(target.name) ? "Tests" : "Sources"
            let used = try imports("\(folder)/\(target.name)")
            let imported = Set(used.keys).subtracting(Layers.system).subtracting(Layers.testing)
            let undeclared = imported.subtracting(target.dependencies).sorted()
            #expect(
                undeclared.isEmpty,
                "\(target.name) imports \(undeclared) without declaring it: \(undeclared.compactMap { used[$0] })")
            // A target of C includes headers, whose module nobody names there.
            let isC = try tree.files(in: "\(folder)/\(target.name)", endings: [".swift"]).isEmpty
            let unused = isC ? [] : target.dependencies.subtracting(imported).sorted()
            #expect(unused.isEmpty, "\(target.name) declares \(unused) and imports none of it")
        }
        let declared = Set(manifest.targets.filter { !$0.isTest }.map(\.name)).subtracting(Layers.testSupport)
        #expect(declared == Set(Layers.allowed.keys))
        let tests = Set(manifest.targets.filter(\.isTest).map(\.name)).union(Layers.testSupport)
        #expect(tests == Set(try tree.folders(in: "Tests")))
    }

    /// A build without the trait has no such module. Naming the trait keeps the manifest and the `#if` lines together.
    @Test func whatATraitBringsInIsImportedBehindIt() throws {
        let manifest = PackageManifest(try tree.text("Package.swift"))
        #expect(!manifest.traits.isEmpty, "Package.swift could not be read")
        for target in manifest.targets {
            for (module, trait) in target.traits.sorted(by: { $0.key < $1.key }) {
                #expect(manifest.traits.contains(trait), "\(target.name): there is no trait \(trait)")
                for file in try tree.files(in: "Sources/\(target.name)", endings: [".swift"]) {
                    for line in file.importLines where line.module == module {
                        #expect(
                            line.conditions.contains(trait),
                            "\(file.path) imports \(module) outside of #if \(trait)")
                    }
                }
            }
        }
        let used = Set(manifest.targets.flatMap(\.traits.values))
        #expect(manifest.traits == used, "traits that bring nothing in: \(manifest.traits.subtracting(used).sorted())")
    }

    /// A row is "| `StrataSim` | what it holds | `StrataDisk` |": the last column lists what may be imported.
    @Test func theDrawingForReadersShowsTheSameTable() throws {
        let text = try #require(try? tree.text("ARCHITECTURE.md"), "ARCHITECTURE.md is missing")
        var rows: [String: Set<String>] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard let first = cells.first, let last = cells.last, cells.count >= 3 else { continue }
            let imports = Set(Self.code(last))
            for name in Self.code(first) { rows[name] = imports }
        }
        for (target, allowed) in Layers.allowed.sorted(by: { $0.key < $1.key }) {
            #expect(rows[target] == allowed, "ARCHITECTURE.md, row of `\(target)`")
        }
    }

    /// The words between backquotes.
    private static func code(_ cell: String) -> [String] {
        cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }
}
