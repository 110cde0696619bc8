import Foundation
import Testing

/// Runs every `*.txt` of a folder as a `Script`. With `STRATA_REWRITE=1` in the environment the answers found are stored;
/// that diff is to be read line by line before it is kept.
package enum ScriptRunner {
    package static var isRewriting: Bool { ProcessInfo.processInfo.environment["STRATA_REWRITE"] == "1" }

    /// `folder` is relative to the calling test's file; `makeSession` gives each script a state of its own, whose closure
    /// answers one command. Records an issue at file and line for each block that differs, and one where the folder holds
    /// no script.
    package static func run(
        _ folder: String, caller: String = #filePath, rewriting: Bool = isRewriting,
        sourceLocation: SourceLocation = #_sourceLocation,
        makeSession: () throws -> (ScriptCommand) throws -> String
    ) throws {
        let directory = URL(fileURLWithPath: caller).deletingLastPathComponent().appendingPathComponent(folder)
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        if files.isEmpty { Issue.record("no script in \(directory.path)", sourceLocation: sourceLocation) }
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            var script: Script
            do { script = try Script(text) } catch {
                Issue.record("\(error.reason)", sourceLocation: place(file, error.line))
                continue
            }
            let mismatches = script.run(try makeSession())
            if rewriting {
                if script.text != text { try script.text.write(to: file, atomically: true, encoding: .utf8) }
                continue
            }
            for mismatch in mismatches {
                Issue.record(
                    "\(file.lastPathComponent):\(mismatch.line)\n\(mismatch.diff)",
                    sourceLocation: place(file, mismatch.line))
            }
        }
    }

    private static func place(_ file: URL, _ line: Int) -> SourceLocation {
        SourceLocation(
            fileID: "testdata/\(file.lastPathComponent)", filePath: file.path, line: max(1, line), column: 1)
    }
}
