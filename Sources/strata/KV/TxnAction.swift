import ArgumentParser
import StrataEngine
import StrataKV
import StrataLab

/// `txn`.
struct TxnAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "txn", abstract: "Run a transaction, read from standard input.",
        discussion: """
            Compares, a line each, then an empty line; the operations if all of them hold, then an empty line; the operations if not. \
            A compare is TARGET(KEY) OP VALUE, with a target of version, create, mod, value or lease (or ver, c, m, val), and an OP of =, !=, < or >. \
            Operations are put, get and del.

            Example:
              mod("color") = "0"
              value("size") != "12"

              put color blue

              get color
            """)

    @OptionGroup var style: AnswerStyle

    func run(in session: KVSession) throws {
        let isTerminal = InputLines.isTerminal
        func part<T>(_ title: String, _ parse: ([UInt8]) throws -> T?) throws -> [T] {
            if isTerminal {
                session.output.line(title)
                try session.output.flush()
            }
            var parsed: [T] = []
            var failure: (any Error)?
            while let line = try session.input.next() {
                if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { break }
                // What is wrong is told once the whole transaction is read: its other lines are no commands.
                do {
                    if let one = try parse(line) { parsed.append(one) }
                } catch {
                    failure = failure ?? error
                }
            }
            if let failure { failures.append(failure) }
            if session.stop.isRaised { throw ToolFailure.interrupted }
            return parsed
        }
        var failures: [any Error] = []
        var request = TxnRequest()
        request.compare = try part("compares:") { try CompareText.parse($0) }
        request.success = try part("success requests (get, put, del):") { try Self.operation($0, session) }
        request.failure = try part("failure requests (get, put, del):") { try Self.operation($0, session) }
        if let failure = failures.first { throw failure }
        style.printer(session).txn(try session.engine(makes: true).txn(request))
    }

    private static func operation(_ line: [UInt8], _ session: KVSession) throws -> RequestOp? {
        let words = try ShellWords(line)
        if words.isOpen { throw ToolFailure("a quote has no end: \(shown(line))") }
        if words.words.isEmpty { return nil }
        let command: any ParsableCommand
        do {
            command = try KVWords.parse(words.words.map { PackedBytes.text(of: $0) })
        } catch let error as ToolFailure {
            throw error
        } catch {
            throw ToolFailure("\(KVWords.message(for: error)), in: \(shown(line))")
        }
        switch command {
        case let put as PutAction:
            guard put.value != nil || put.ignoresValue else {
                throw ToolFailure("a value is needed, in: \(shown(line))")
            }
            return .put(try put.request(in: session))
        case let get as GetAction: return .range(get.request)
        case let del as DelAction: return .deleteRange(del.request)
        default: throw ToolFailure("no operation of a transaction: \(shown(line))")
        }
    }

    private static func shown(_ line: [UInt8]) -> String { EscapedText.escape(line.span.bytes, limit: 200) }
}
