import Dispatch
import Foundation

/// Runs gnuplot on a script file.
package struct Gnuplot: Sendable {
    package var executable: String
    /// A script that takes longer is ended.
    package var timeLimit: Duration

    package static let absent =
        "gnuplot is not installed: no plots were drawn. On Debian or Ubuntu: sudo apt-get install gnuplot-nox"

    /// Nil where none of the directories of `searchPath` (as in PATH) holds an executable gnuplot.
    package init?(
        searchPath: String = ProcessInfo.processInfo.environment["PATH"] ?? "", timeLimit: Duration = .seconds(30)
    ) {
        let found = searchPath.split(separator: ":").map { "\($0)/gnuplot" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { return nil }
        executable = found
        self.timeLimit = timeLimit
    }

    /// `script` is a file name in `directory`, which is gnuplot's working directory. Throws with what gnuplot said.
    package func run(script: String, in directory: String) throws(ReportError) {
        let path = directory + "/" + script
        let errors = directory + "/." + script + ".stderr"
        defer { try? FileManager.default.removeItem(atPath: errors) }
        guard FileManager.default.createFile(atPath: errors, contents: nil),
            let sink = FileHandle(forWritingAtPath: errors)
        else { throw ReportError(file: errors, reason: "cannot be written") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = [script]
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        // A file and not a pipe: nobody has to read it for gnuplot to go on.
        process.standardError = sink
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do {
            try process.run()
        } catch {
            throw ReportError(file: executable, reason: "cannot be started: \(error.localizedDescription)")
        }
        let nanoseconds = Int(clamping: timeLimit.wholeNanoseconds)
        if ended.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            ended.wait()
            throw ReportError(file: path, reason: "gnuplot took longer than \(DurationText.format(timeLimit))")
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let said = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw ReportError(
                file: path,
                reason: "gnuplot failed (\(process.terminationStatus)): "
                    + said.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
