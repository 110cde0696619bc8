import StrataKV
import StrataTesting

/// Reads requests from the words of a script's line: `put a 1 lease=7 prev`, `get a z limit=2 sort=mod:descend`,
/// `del a z prev`, `txn ( value a = 1 , mod b z > 3 ) ( put a 2 , get a ) ( )`.
struct ScriptWords {
    private var words: [String]
    private let line: Int

    init(_ command: ScriptCommand) {
        words = command.text.split(whereSeparator: \.isWhitespace).map(String.init)
        line = command.line
    }

    private static let separators: Set<String> = [",", "(", ")"]

    private mutating func next() throws -> String {
        guard !words.isEmpty else { throw ScriptError(line: line, reason: "the line ends too early") }
        return words.removeFirst()
    }

    /// Words up to the next separator.
    private mutating func clause() -> [String] {
        let clause = words.prefix { !Self.separators.contains($0) }
        words.removeFirst(clause.count)
        return Array(clause)
    }

    mutating func operation() throws -> RequestOp {
        let name = try next()
        if name == "txn" { return .txn(try transaction()) }
        var plain: [String] = []
        var options: [String: String] = [:]
        for word in clause() {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { options[parts[0]] = parts[1] } else { plain.append(word) }
        }
        let flags: Set<String> = ["prev", "ignore-value", "ignore-lease", "keys-only", "count-only"]
        let has = { (flag: String) in plain.contains(flag) }
        let bytes = plain.filter { !flags.contains($0) }.map { ScriptText.bytes($0) }
        let number = { (key: String) in options[key].flatMap { Int64($0) } ?? 0 }
        guard let key = bytes.first else { throw ScriptError(line: line, reason: "\(name) needs a key") }
        let second = bytes.count > 1 ? bytes[1] : []
        switch name {
        case "put":
            var value = second
            if let size = options["size"].flatMap({ Int($0) }) { value = Array(repeating: 0x78, count: size) }
            return .put(
                PutRequest(
                    key: key, value: value, lease: number("lease"), prevKV: has("prev"),
                    ignoreValue: has("ignore-value"), ignoreLease: has("ignore-lease")))
        case "del": return .deleteRange(DeleteRangeRequest(key: key, rangeEnd: second, prevKV: has("prev")))
        case "get":
            var request = RangeRequest(
                key: key, rangeEnd: second, limit: number("limit"), revision: number("rev"),
                keysOnly: has("keys-only"), countOnly: has("count-only"))
            if let sort = options["sort"] {
                let parts = sort.split(separator: ":").map(String.init)
                guard let target = RangeRequest.SortTarget.allCases.first(where: { "\($0)" == parts[0] }) else {
                    throw ScriptError(line: line, reason: "sort=\(sort)")
                }
                request.sortTarget = target
                request.sortOrder =
                    RangeRequest.SortOrder.allCases.first { parts.count > 1 && "\($0)" == parts[1] } ?? .none
            }
            request.minModRevision = number("min-mod")
            request.maxModRevision = number("max-mod")
            request.minCreateRevision = number("min-create")
            request.maxCreateRevision = number("max-create")
            return .range(request)
        default: throw ScriptError(line: line, reason: "no operation \(name)")
        }
    }

    private mutating func transaction() throws -> TxnRequest {
        TxnRequest(
            compare: try list { try $0.comparison() }, success: try list { try $0.operation() },
            failure: try list { try $0.operation() })
    }

    private mutating func list<T>(_ element: (inout ScriptWords) throws -> T) throws -> [T] {
        guard try next() == "(" else { throw ScriptError(line: line, reason: "a list begins with (") }
        var elements: [T] = []
        while words.first != ")" {
            elements.append(try element(&self))
            if words.first == "," { words.removeFirst() }
        }
        words.removeFirst()
        return elements
    }

    /// `value a = 1`, `mod a z > 3`.
    private mutating func comparison() throws -> Compare {
        let words = clause()
        let results: [String: Compare.Result] = ["=": .equal, ">": .greater, "<": .less, "!=": .notEqual]
        guard words.count >= 4, let result = results[words[words.count - 2]], let operand = words.last else {
            throw ScriptError(line: line, reason: "no compare: \(words)")
        }
        let number = Int64(operand) ?? 0
        let target: Compare.Target
        switch words[0] {
        case "version": target = .version(number)
        case "create": target = .create(number)
        case "mod": target = .mod(number)
        case "lease": target = .lease(number)
        case "value": target = .value(ScriptText.bytes(operand))
        default: throw ScriptError(line: line, reason: "no compare target \(words[0])")
        }
        return Compare(
            key: ScriptText.bytes(words[1]), rangeEnd: words.count > 4 ? ScriptText.bytes(words[2]) : [], result, target
        )
    }
}
