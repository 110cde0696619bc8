import ArgumentParser
import StrataEngine
import StrataKV
import StrataLab

/// Commands from lines of standard input.
struct KVShell {
    private let session: KVSession
    private let isTerminal = InputLines.isTerminal

    init(_ session: KVSession) { self.session = session }

    /// Runs lines until the end of the input, `exit`, an interruption or a failure of the store, and closes the store.
    ///
    /// - Returns: the tool's exit status. On a terminal, where errors were seen by who made them, they do not count.
    func run() throws -> Int32 {
        try session.beginShell()
        var status = ExitStatus.success
        do {
            while true {
                try prompt("kv> ")
                guard var line = try session.input.next(idle: idle) else { break }
                let number = session.input.number
                do {
                    var words = try ShellWords(line)
                    while words.isOpen {
                        try prompt("> ")
                        guard let more = try session.input.next(idle: idle) else {
                            throw ToolFailure("a quote has no end")
                        }
                        line += [UInt8(ascii: "\n")] + more
                        words = try ShellWords(line)
                    }
                    if try run(words.words.map { PackedBytes.text(of: $0) }) { break }
                } catch {
                    // The store takes nothing more: whatever follows would fail as this did.
                    if try session.engine().failure != nil { throw error }
                    let failure = ToolFailure(error, path: session.directory)
                    if failure.status == ExitStatus.interrupted { break }
                    try session.output.flush()
                    if !failure.message.isEmpty {
                        StandardError.write("Error: " + (isTerminal ? "" : "line \(number): ") + failure.message + "\n")
                    }
                    if !isTerminal { status = ExitStatus.failure }
                }
                session.showEvents()
                try session.output.flush()
            }
        } catch {
            try? session.output.flush()
            try? session.close()
            throw error
        }
        let isInterrupted = session.stop.isRaised
        if isTerminal { session.output.line() }
        try session.output.flush()
        try session.close()
        return isInterrupted ? ExitStatus.interrupted : status
    }

    /// True: the shell is to end.
    private func run(_ words: [String]) throws -> Bool {
        switch words.first {
        case nil: return false
        case "exit", "quit": return true
        default: break
        }
        // Most lines of a load are plain puts, on which the parser of command lines would spend most of the time.
        if words.count == 3, words[0] == "put", !words[1].hasPrefix("-"), !words[2].hasPrefix("-") {
            let (key, value) = (PackedBytes.bytes(of: words[1]), PackedBytes.bytes(of: words[2]))
            try session.engine().put(key.span.bytes, value.span.bytes)
            session.output.line("OK")
            return false
        }
        var command: any ParsableCommand
        do {
            command = try KVWords.parse(words)
            guard let action = command as? any KVAction else {
                try command.run()
                return false
            }
            command = action
        } catch let error as ToolFailure {
            throw error
        } catch {
            guard KVWords.exitCode(for: error) == .success else { throw ToolFailure(KVWords.message(for: error)) }
            session.output.line(KVWords.fullMessage(for: error))
            return false
        }
        if let action = command as? any KVAction { try action.run(in: session) }
        return false
    }

    private func prompt(_ text: String) throws {
        guard isTerminal else { return }
        session.output.write(text)
        try session.output.flush()
    }

    /// While nothing is typed: what leases and watches bring.
    private func idle() throws {
        session.showEventsThatCame()
        try session.output.flush()
    }
}
