/// The targets of Package.swift, read from its text: running the package manager inside a test would wait for the one that
/// runs the test.
struct PackageManifest {
    struct Target: Equatable {
        var name: String
        var isTest: Bool
        /// Names of targets and products.
        var dependencies: Set<String>
        /// Those of them that only a trait of the package brings in, and its name.
        var traits: [String: String] = [:]
    }

    var targets: [Target] = []
    /// Names of the package's traits.
    var traits: Set<String> = []

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
                // One in a list of dependencies declares nothing.
                if Self.conditional(body) != nil { continue }
                guard let name = Self.literals(body).first, Self.opensWithName(body) else { continue }
                let (dependencies, traits) = Self.dependencies(body)
                targets.append(
                    Target(
                        name: name, isTest: call == "tests(" || call == ".testTarget(", dependencies: dependencies,
                        traits: traits))
            }
        }
        traits = Set(Self.calls(of: ".trait(", in: text).compactMap { Self.literals($0).first })
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

    private static func dependencies(_ body: [Character]) -> (names: Set<String>, traits: [String: String]) {
        for label in ["uses:", "dependencies:"] {
            let letters = Array(label)
            guard let start = body.indices.first(where: { body[$0...].starts(with: letters) }),
                let open = body[start...].firstIndex(of: "[")
            else { continue }
            return names(balanced(body, from: open))
        }
        return ([], [:])
    }

    /// Bare literals, of `.product(name: "X", package: "y")` the X, and of a target behind a trait both names.
    private static func names(_ list: [Character]) -> (names: Set<String>, traits: [String: String]) {
        var names: Set<String> = []
        var traits: [String: String] = [:]
        var rest = list
        for body in calls(of: ".product(", in: list, removingFrom: &rest) {
            if let name = literals(body).first { names.insert(name) }
        }
        for body in calls(of: ".target(", in: rest, removingFrom: &rest) {
            guard let (name, trait) = conditional(body) else { continue }
            names.insert(name)
            traits[name] = trait
        }
        return (names.union(literals(rest)), traits)
    }

    /// X and T of `name: "X", condition: .when(traits: ["T"])`, and of nothing else.
    private static func conditional(_ body: [Character]) -> (name: String, trait: String)? {
        let quoted = literals(body)
        guard quoted.count == 2 else { return nil }
        let shape = "name:\"\(quoted[0])\",condition:.when(traits:[\"\(quoted[1])\"])"
        return body.filter { !$0.isWhitespace } == Array(shape) ? (quoted[0], quoted[1]) : nil
    }

    /// What stands between the brackets of each call.
    private static func calls(of call: String, in text: [Character]) -> [[Character]] {
        var rest = text
        return calls(of: call, in: text, removingFrom: &rest)
    }

    /// As above; `rest` is the text without the calls.
    private static func calls(
        of call: String, in text: [Character], removingFrom rest: inout [Character]
    ) -> [[Character]] {
        let letters = Array(call)
        var found: [[Character]] = []
        rest = text
        while let start = rest.indices.first(where: { rest[$0...].starts(with: letters) }) {
            let inside = balanced(rest, from: start + letters.count - 1)
            found.append(inside)
            rest.removeSubrange(start..<min(rest.count, start + letters.count + inside.count + 1))
        }
        return found
    }

    private static func literals(_ text: [Character]) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }
}
