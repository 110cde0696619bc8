import ArgumentParser
import StrataEngine
import StrataKV

/// `put KEY [VALUE]`.
struct PutAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Set a key.",
        discussion: """
            Without a value, or with -, the value is read from standard input to its end: any bytes. A key or a value that begins with - \
            stands behind --. A request, key and value together, is at most 1.5 MiB, as in etcd.
            """)

    @Argument var key: ByteWord
    @Argument(help: ArgumentHelp("- or none: standard input.")) var value: ByteWord?

    @Option(help: ArgumentHelp("Attach the key to a lease.", valueName: "id")) var lease: LeaseWord?
    @Flag(name: .customLong("prev-kv"), help: "Show what the key held before.") var showsPrevious = false
    @Flag(name: .customLong("ignore-value"), help: "Keep the value, and set the lease only.") var ignoresValue = false
    @Flag(name: .customLong("ignore-lease"), help: "Keep the lease, and set the value only.") var ignoresLease = false
    @OptionGroup var style: AnswerStyle

    func validate() throws {
        if ignoresValue, value != nil { throw ValidationError("--ignore-value takes no value.") }
    }

    func run(in session: KVSession) throws {
        let request = try request(in: session)
        style.printer(session).put(try session.engine(makes: true).put(request))
    }

    func request(in session: KVSession) throws -> PutRequest {
        PutRequest(
            key: key.bytes, value: try valueBytes(session), lease: lease?.id ?? 0, prevKV: showsPrevious,
            ignoreValue: ignoresValue, ignoreLease: ignoresLease)
    }

    private func valueBytes(_ session: KVSession) throws -> [UInt8] {
        if ignoresValue { return [] }
        if let value, value.bytes != [UInt8(ascii: "-")] { return value.bytes }
        if session.isShell {
            throw ToolFailure("a value is needed: standard input is the shell's lines")
        }
        // One byte above the bound is refused as any other would be.
        return try session.input.rest(limit: CommandFormat.maximumSize)
    }
}
