import Foundation

/// The built `strata`, run as its users do: another process, with files for what it says, so that nothing can block on a pipe.
package struct ToolRunner {
    package struct Outcome {
        /// The exit status; of a process that a signal ended, minus the signal's number.
        package var status: Int32
        package var output: String
        package var errors: String
    }

    /// Longest life of one process. A machine under load is slow; a tool that hangs hangs for ever.
    private static let seconds = 60.0

    let executable: String

    /// nil, after saying so, where the tool is not built beside the tests: `swift build` makes it.
    package init?(test: String = #function) {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["STRATA_TOOL"] ?? bundle.appendingPathComponent("strata").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            skip("no executable at \(path)", test: test)
            return nil
        }
        executable = path
    }

    /// Runs it to its end with `input` as standard input.
    package func run(_ arguments: [String], input: [UInt8] = []) throws -> Outcome {
        let running = try RunningTool(executable, arguments, input: input)
        return try running.wait(seconds: Self.seconds)
    }

    package func run(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(arguments, input: Array(input.utf8))
    }

    /// Starts it with a standard input that stays open.
    package func start(_ arguments: String...) throws -> RunningTool {
        try RunningTool(executable, arguments, input: nil)
    }
}

/// One process of the tool.
package final class RunningTool {
    package struct TooSlow: Error, CustomStringConvertible {
        package var description: String
    }

    private let process = Process()
    private let directory: TemporaryDirectory
    private let pipe: Pipe?
    private var seen = 0

    init(_ executable: String, _ arguments: [String], input: [UInt8]?) throws {
        directory = try TemporaryDirectory("tool")
        for name in ["output", "errors"] { try directory.write([], to: name) }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = FileHandle(forWritingAtPath: directory.file("output"))
        process.standardError = FileHandle(forWritingAtPath: directory.file("errors"))
        if let input {
            try directory.write(input, to: "input")
            process.standardInput = FileHandle(forReadingAtPath: directory.file("input"))
            pipe = nil
        } else {
            let pipe = Pipe()
            process.standardInput = pipe
            self.pipe = pipe
        }
        // Threads of a pool block signals, and a new process would inherit that.
        var interruptions = sigset_t()
        sigemptyset(&interruptions)
        for number in [SIGINT, SIGTERM] { sigaddset(&interruptions, number) }
        var before = sigset_t()
        pthread_sigmask(SIG_UNBLOCK, &interruptions, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Writes to its standard input.
    package func write(_ text: String) throws { try pipe?.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    package func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Everything that it has said so far.
    package var output: String { text("output") }

    private func text(_ name: String) -> String { String(decoding: (try? directory.read(name)) ?? [], as: UTF8.self) }

    /// Waits until its output satisfies `isEnough`.
    package func waitForOutput(seconds: Double = 60, _ isEnough: (String) -> Bool) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        while !isEnough(output) {
            guard Date() < end else {
                throw TooSlow(description: "waited in vain; so far: \(output) \(text("errors"))")
            }
            usleep(2000)
        }
    }

    /// Waits for its end; kills it and throws where that does not come.
    package func wait(seconds: Double = 60) throws -> ToolRunner.Outcome {
        let end = Date(timeIntervalSinceNow: seconds)
        while process.isRunning {
            guard Date() < end else {
                kill(process.processIdentifier, SIGKILL)
                throw TooSlow(description: "no end of \(process.arguments ?? []); so far: \(output) \(text("errors"))")
            }
            usleep(2000)
        }
        let isKilled = process.terminationReason == .uncaughtSignal
        return ToolRunner.Outcome(
            status: isKilled ? -process.terminationStatus : process.terminationStatus, output: output,
            errors: text("errors"))
    }
}
