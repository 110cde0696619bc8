import Foundation

/// The checked-out tree, found through this file's own place in it.
struct SourceTree {
    struct File {
        /// Below the tree's root: "Sources/StrataDisk/Disk.swift".
        var path: String
        var text: String

        var name: String { String(path.split(separator: "/").last ?? "") }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        /// Modules named by `import` lines, outside of string literals of several lines.
        var imports: [String] { importLines.map(\.module) }

        struct Import: Equatable {
            var module: String
            /// What the `#if` lines around it ask for, outermost first: "RocksDB"; "!(RocksDB)" after its `#else`.
            var conditions: [String]
        }

        var importLines: [Import] {
            var isInside = false
            var conditions: [String] = []
            var found: [Import] = []
            for line in lines {
                let quotes = line.components(separatedBy: "\"\"\"").count - 1
                if !isInside {
                    Self.follow(line, &conditions)
                    if let module = Self.module(of: line) {
                        found.append(Import(module: module, conditions: conditions))
                    }
                }
                if !quotes.isMultiple(of: 2) { isInside.toggle() }
            }
            return found
        }

        private static func follow(_ line: Substring, _ conditions: inout [String]) {
            let words = line.split(separator: " ")
            switch words.first {
            case "#if": conditions.append(words.dropFirst().joined(separator: " "))
            case "#elseif" where !conditions.isEmpty:
                conditions[conditions.count - 1] = words.dropFirst().joined(separator: " ")
            case "#else" where !conditions.isEmpty:
                conditions[conditions.count - 1] = "!(" + conditions[conditions.count - 1] + ")"
            case "#endif" where !conditions.isEmpty: conditions.removeLast()
            default: break
            }
        }

        /// "StrataDisk" of `package import struct StrataDisk.SeededRandom`.
        private static func module(of line: Substring) -> String? {
            let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            var words = line.split(separator: " ")[...]
            while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
            guard words.first == "import" else { return nil }
            words.removeFirst()
            if let word = words.first, kinds.contains(word) { words.removeFirst() }
            return words.first.map { String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" }) }
        }

        /// Each line with its number from 1, without what follows `//`.
        var code: [(number: Int, text: Substring)] {
            lines.enumerated().map { index, line in
                let end = line.range(of: "//")?.lowerBound ?? line.endIndex
                return (index + 1, line[..<end])
            }
        }
    }

    let root: URL

    init(caller: String = #filePath) {
        root = URL(fileURLWithPath: caller).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Names of the folders directly in `folder`.
    func folders(in folder: String) throws -> [String] {
        let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        return try FileManager.default.contentsOfDirectory(atPath: base.path).filter { name in
            var isDirectory: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: base.appendingPathComponent(name).path, isDirectory: &isDirectory)
            return exists && isDirectory.boolValue
        }.sorted()
    }

    /// Every text file below `folder` whose name ends with one of `endings`; build products and hidden folders apart.
    func files(in folder: String, endings: [String]) throws -> [File] {
        let base = root.appendingPathComponent(folder).resolvingSymlinksInPath()
        guard FileManager.default.fileExists(atPath: base.path) else { return [] }
        var found: [File] = []
        var pending = [""]
        while let here = pending.popLast() {
            let directory = base.appendingPathComponent(here)
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() {
                if name.hasPrefix(".build") || name == ".git" || name == ".swiftpm" { continue }
                let path = here.isEmpty ? name : here + "/" + name
                let url = base.appendingPathComponent(path)
                let type = try FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
                if type == .typeDirectory {
                    pending.append(path)
                } else if type == .typeRegular, endings.contains(where: { name.hasSuffix($0) }),
                    let text = try? String(contentsOf: url, encoding: .utf8)
                {
                    found.append(File(path: folder == "." ? path : folder + "/" + path, text: text))
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }
}
