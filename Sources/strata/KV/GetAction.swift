import ArgumentParser
import StrataEngine
import StrataKV
import StrataLab

/// `get KEY [RANGE_END]`.
struct GetAction: KVAction {
    enum Order: String, ExpressibleByArgument, CaseIterable {
        case ascend = "ASCEND"
        case descend = "DESCEND"

        init?(argument: String) { self.init(rawValue: argument.uppercased()) }
    }
    enum SortTarget: String, ExpressibleByArgument, CaseIterable {
        case create = "CREATE"
        case key = "KEY"
        case modify = "MODIFY"
        case value = "VALUE"
        case version = "VERSION"

        init?(argument: String) { self.init(rawValue: argument.uppercased()) }
    }

    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Show a key, or the keys of a range, now or at an older revision.",
        discussion: "A key that is not there is no error: nothing is shown.")

    @OptionGroup var keys: KeySelection
    @Option(help: ArgumentHelp("As of this revision.", valueName: "revision")) var rev: Int64 = 0
    @Option(help: ArgumentHelp("At most so many; 0: all.", valueName: "count")) var limit: Int64 = 0
    @Option(name: .customLong("sort-by"), help: "What results are sorted by.") var sortTarget: SortTarget?
    @Option(help: "Order of results.") var order: Order?
    @Flag(name: .customLong("keys-only"), help: "Leave values empty.") var keysOnly = false
    @Flag(name: .customLong("count-only"), help: "Show only how many keys there are.") var countOnly = false
    @Flag(name: .customLong("print-value-only"), help: "Leave keys out.") var valuesOnly = false
    @OptionGroup var style: AnswerStyle

    func validate() throws {
        if keysOnly, countOnly { throw ValidationError("--keys-only and --count-only exclude each other.") }
        if valuesOnly, style.format != .simple {
            throw ValidationError("--print-value-only goes with the simple form.")
        }
    }

    func run(in session: KVSession) throws {
        let engine = try session.engine()
        let request = request
        let simple = style.printer(session, valuesOnly: valuesOnly) as? SimplePrinter
        if let simple, countOnly == false, sortTarget == nil, order == nil, !request.rangeEnd.isEmpty {
            // As it comes: a range may hold more than memory.
            try request.validate()
            var left = limit > 0 ? limit : .max
            return try engine.scan(KeyRange(key: request.key, rangeEnd: request.rangeEnd), at: rev) { key, _, value in
                simple.keyValue(key, keysOnly ? nil : value)
                left -= 1
                return left > 0 && !session.stop.isRaised
            }
        }
        let response = try engine.range(request)
        // etcdctl refuses this pair; a bare number is what a script asks for.
        if simple != nil, countOnly { return session.output.line("\(response.count)") }
        style.printer(session, valuesOnly: valuesOnly).range(response)
    }

    var request: RangeRequest {
        let (key, rangeEnd) = keys.request
        var request = RangeRequest(
            key: key, rangeEnd: rangeEnd, limit: limit, revision: rev, keysOnly: keysOnly, countOnly: countOnly)
        request.sortTarget =
            switch sortTarget {
            case .create: .create
            case .key, nil: .key
            case .modify: .mod
            case .value: .value
            case .version: .version
            }
        request.sortOrder =
            switch order {
            case .ascend: .ascend
            case .descend: .descend
            case nil: .none
            }
        return request
    }
}
