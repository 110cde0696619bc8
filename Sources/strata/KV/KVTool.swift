import ArgumentParser
import StrataLab

/// `strata kv DIRECTORY [COMMAND]`.
struct KVTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kv",
        abstract: "Use an embedded key-value store with etcd's data model: one command, or a shell.",
        discussion: """
            With a command it is run on the store in the directory; without one, lines of standard input are commands, each \
            with the words of a shell. Commands and their answers are etcdctl's; `strata kv DIR help` lists them, \
            `strata kv DIR help get` explains one. A write is answered when it is as durable as --sync-policy says.

            The first write makes the store. One process has it open at a time. Opening says nothing, unless damage was \
            found; -v tells what was recovered.

            Exit status: 0 done; 1 the request was refused, or `check` found problems, or a line of the shell failed; 2 wrong usage, no \
            store, or the store is in use; 130 interrupted.

            Examples:
              strata kv data/kv put greeting hello
              strata kv data/kv get --prefix gre
              strata kv data/kv put picture - < picture.png
              strata kv data/kv watch --rev 1 --prefix "" --timeout 1s
              strata kv data/kv snapshot backup.tree && strata kv data/copy restore backup.tree
              printf 'put a 1\\nput b 2\\nget --prefix ""\\n' | strata kv data/kv
              strata kv --sync-policy periodic:1s -v data/kv
            """)

    @OptionGroup(title: "Options of the store, before or behind its directory")
    var settings: StoreSettings

    @Argument(help: ArgumentHelp("The store's directory.", valueName: "directory"), completion: .directory)
    var directory: String

    @Argument(
        parsing: .captureForPassthrough,
        help: ArgumentHelp("A command and its arguments; none: a shell.", valueName: "command"))
    var words: [String] = []

    func run() throws {
        let words = Self.bytes(of: words)
        if let first = words.first, ["-h", "--help"].contains(first) { throw CleanExit.helpRequest(KVTool.self) }
        let (options, rest) = KVWords.split(words)
        let command: (any ParsableCommand)?
        let setup: StoreSetup
        do {
            setup = StoreSetup([settings, try StoreSettings.parse(options)])
            command = rest.isEmpty ? nil : try KVWords.parse(rest)
        } catch let error as ToolFailure {
            StandardError.write("Error: \(error.message)\n")
            throw ExitCode(error.status)
        } catch {
            throw Self.exit(for: error)
        }
        let interruption = Interruption()
        let session = KVSession(directory: directory, setup: setup, stop: interruption.flag)
        // Its end gives the signals back; the store must be closed by then.
        defer { withExtendedLifetime(interruption) {} }
        let status: Int32
        do {
            switch command {
            case let action as any KVAction: status = try session.once(action)
            case nil: status = try KVShell(session).run()
            case .some(var command):
                do {
                    try command.run()
                } catch {
                    throw Self.exit(for: error)
                }
                status = ExitStatus.success
            }
        } catch let error as ExitCode {
            throw error
        } catch {
            let failure = ToolFailure(error, path: directory)
            if !failure.message.isEmpty { StandardError.write("Error: \(failure.message)\n") }
            throw ExitCode(failure.status)
        }
        throw ExitCode(status)
    }

    /// The words as they are in memory: the parser has them as text, in which bytes that are no UTF-8 are lost.
    private static func bytes(of words: [String]) -> [String] {
        let count = Int(CommandLine.argc)
        return (count - words.count..<count).map { index in
            guard let word = CommandLine.unsafeArgv[index] else { return "" }
            var bytes: [UInt8] = []
            var place = 0
            while word[place] != 0 {
                bytes.append(UInt8(bitPattern: word[place]))
                place += 1
            }
            return PackedBytes.text(of: bytes)
        }
    }

    /// Help goes to standard output; wrong usage to standard error, with the tool's status for it.
    private static func exit(for error: any Error) -> ExitCode {
        let text = KVWords.fullMessage(for: error) + "\n"
        guard KVWords.exitCode(for: error) != .success else {
            print(text, terminator: "")
            return ExitCode.success
        }
        StandardError.write(text)
        return ExitCode(ExitStatus.usage)
    }
}

/// What follows the directory, and what a line of the shell is.
struct KVWords: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strata kv DIRECTORY",
        abstract: "Commands on the store in DIRECTORY, in etcdctl's words.",
        discussion: """
            In the shell, which runs when there is no command, each line is one command. Words are quoted as in other shells: \
            'a b', "a b", a\\ b; $'\\x00\\n' stands for any bytes; # begins a comment. There, `watch` without --count and --timeout \
            goes on beside the following lines until `unwatch`, and `exit` or the end of the input closes the store.
            """,
        subcommands: [
            PutAction.self, GetAction.self, DelAction.self, TxnAction.self, WatchAction.self, UnwatchAction.self,
            LeaseActions.self, CompactAction.self, SnapshotAction.self, RestoreAction.self, CheckAction.self,
            CompactFileAction.self, StatusAction.self, HashAction.self,
        ])

    /// The options of the store at the beginning, and the command with what belongs to it.
    static func split(_ words: [String]) -> (options: [String], command: [String]) {
        guard let first = words.first, first.hasPrefix("-") else { return ([], words) }
        let command = words.firstIndex(where: isCommand) ?? words.endIndex
        return (Array(words[..<command]), Array(words[command...]))
    }

    /// A command from its words, of which there is at least one.
    static func parse(_ words: [String]) throws -> any ParsableCommand {
        if let first = words.first, !first.hasPrefix("-"), !isCommand(first) {
            throw ToolFailure("no command '\(first)'; help lists them")
        }
        return try parseAsRoot(words)
    }

    private static func isCommand(_ word: String) -> Bool {
        word == "help" || configuration.subcommands.contains { $0._commandName == word }
    }
}
