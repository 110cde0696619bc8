import ArgumentParser
import StrataKV

/// One command on a store: what follows its directory on the command line, or a line of its shell.
protocol KVAction: ParsableCommand {
    func run(in session: KVSession) throws
}

/// Which keys a command means, in etcdctl's words.
struct KeySelection: ParsableArguments {
    @Argument(help: "The key, or the first of a range.")
    var key: ByteWord

    @Argument(help: ArgumentHelp("Keys before this one.", valueName: "range-end"))
    var rangeEnd: ByteWord?

    @Flag(name: .customLong("prefix"), help: "All keys that begin with the key; \"\" for every key.")
    var isPrefix = false

    @Flag(name: .customLong("from-key"), help: "All keys from the key on.")
    var isFromKey = false

    func validate() throws {
        if [rangeEnd != nil, isPrefix, isFromKey].count(where: { $0 }) > 1 {
            throw ValidationError("A range end, --prefix and --from-key exclude each other.")
        }
    }

    /// As requests have them: `rangeEnd` empty for one key, a zero byte for everything from `key` on.
    var request: (key: [UInt8], rangeEnd: [UInt8]) {
        if isFromKey { return (key.bytes.isEmpty ? [0] : key.bytes, [0]) }
        guard isPrefix else { return (key.bytes, rangeEnd?.bytes ?? []) }
        let range = KeyRange.prefix(key.bytes)
        guard case .before(let end) = range.end else { return (range.start, [0]) }
        return (range.start, end)
    }
}

/// How answers are written.
struct AnswerStyle: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case simple, json, fields
    }

    @Option(name: [.customShort("w"), .customLong("write-out")], help: "The form of the answer.")
    var format = Format.simple

    @Flag(name: .customLong("hex"), help: "Keys and values as \\x61\\x62; JSON has them in base64 always.")
    var isHex = false

    func printer(_ session: KVSession, valuesOnly: Bool = false) -> any KVPrinter {
        switch format {
        case .simple: SimplePrinter(output: session.output, isHex: isHex, valuesOnly: valuesOnly)
        case .json: JSONPrinter(output: session.output)
        case .fields: FieldsPrinter(output: session.output, isHex: isHex)
        }
    }
}
