/// The targets of Package.swift, read from its text: running the package manager inside a test would wait for the one that
/// runs the test.
struct PackageManifest {
    struct Target: Equatable {
        var name: String
        var isTest: Bool
        /// Names of targets and products.
        var dependencies: Set<String>
    }

    var targets: [Target] = []

    init(_ source: String) {
        let text = Array(Self.withoutComments(source))
        for call in ["module(", "tests(", ".target(", ".executableTarget(", ".testTarget(", ".systemLibrary("] {
            let letters = Array(call)
            for start in text.indices where text[start...].starts(with: letters) {
                // The declaration of a helper, or a longer name that ends like one.
                if start > 0, text[start - 1].isLetter || text[start - 1] == " " && Self.follows("func", text, start) {
                    continue
                }
                let body = Self.balanced(text, from: start + letters.count - 1)
                guard let name = Self.literals(body).first, Self.opensWithName(body) else { continue }
                targets.append(
                    Target(
                        name: name, isTest: call == "tests(" || call == ".testTarget(",
                        dependencies: Self.dependencies(body)))
            }
        }
    }

    private static func withoutComments(_ source: String) -> String {
        source.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            // "//" of an address stands in a literal.
            let trimmed = line.drop { $0 == " " }
            return trimmed.hasPrefix("//") ? "" : String(line)
        }.joined(separator: "\n")
    }

    private static func follows(_ word: String, _ text: [Character], _ index: Int) -> Bool {
        let before = text[..<(index - 1)].suffix(word.count)
        return String(before) == word
    }

    /// What stands between the bracket at `start` and its partner.
    private static func balanced(_ text: [Character], from start: Int) -> [Character] {
        var depth = 0
        var isLiteral = false
        for index in start..<text.count {
            switch text[index] {
            case "\"": isLiteral.toggle()
            case "(", "[": if !isLiteral { depth += 1 }
            case ")", "]":
                if !isLiteral { depth -= 1 }
                if depth == 0 { return Array(text[(start + 1)..<index]) }
            default: break
            }
        }
        return Array(text[(start + 1)...])
    }

    /// `"X", …` or `name: "X", …`, not `name: name, …` as inside a helper.
    private static func opensWithName(_ body: [Character]) -> Bool {
        let first = String(body.prefix { $0 != "," }).filter { !$0.isWhitespace }
        return first.hasPrefix("\"") || first.hasPrefix("name:\"")
    }

    private static func dependencies(_ body: [Character]) -> Set<String> {
        for label in ["uses:", "dependencies:"] {
            let letters = Array(label)
            guard let start = body.indices.first(where: { body[$0...].starts(with: letters) }),
                let open = body[start...].firstIndex(of: "[")
            else { continue }
            return Set(names(balanced(body, from: open)))
        }
        return []
    }

    /// Bare literals, and of `.product(name: "X", package: "y")` the X.
    private static func names(_ list: [Character]) -> [String] {
        var rest = list
        var names: [String] = []
        let product = Array(".product(")
        while let start = rest.indices.first(where: { rest[$0...].starts(with: product) }) {
            let inside = balanced(rest, from: start + product.count - 1)
            if let name = literals(inside).first { names.append(name) }
            rest.removeSubrange(start..<(start + product.count + inside.count + 1))
        }
        return names + literals(rest)
    }

    private static func literals(_ text: [Character]) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }
}
