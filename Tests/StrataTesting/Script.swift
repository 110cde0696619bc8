/// A story as a data file: commands, a line `----`, and what the code answers, up to an empty line.
///
///     # A comment stands between blocks or among commands.
///     append 1 alpha
///     reopen
///     ----
///     recovered 1..1
///
/// The commands of a block answer one after the other. An error that a command throws is an answer too: `error: …`. In the
/// file an empty line of an answer is `.`, and one more `.` stands before a line that begins with one.
package struct Script: Sendable, Equatable {
    struct Block: Sendable, Equatable {
        /// Everything up to and with `----`, as it stands.
        var lines: [String]
        var commands: [ScriptCommand]
        var answer: [String]
        /// Where the answer begins, from 1.
        var answerLine: Int
    }

    var blocks: [Block]
    /// Comments and empty lines after the last block.
    var tail: [String]

    /// Throws where commands have no `----` after them.
    package init(_ text: String) throws(ScriptError) {
        blocks = []
        var pending: [String] = []
        var commands: [ScriptCommand] = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        var index = 0
        while index < lines.count {
            let line = lines[index]
            index += 1
            pending.append(line)
            if line == "----" {
                let start = index
                while index < lines.count, !lines[index].isEmpty { index += 1 }
                let answer = lines[start..<index].map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }
                blocks.append(Block(lines: pending, commands: commands, answer: answer, answerLine: start + 1))
                pending = []
                commands = []
            } else if !line.allSatisfy(\.isWhitespace) && !line.hasPrefix("#") {
                commands.append(ScriptCommand(line, line: index))
            }
        }
        if let first = commands.first { throw ScriptError(line: first.line, reason: "commands without ----") }
        tail = pending
    }

    /// The file's text, with the answers as they are now.
    package var text: String {
        var lines: [String] = []
        for block in blocks {
            lines += block.lines
            lines += block.answer.map { $0.isEmpty || $0.hasPrefix(".") ? "." + $0 : $0 }
        }
        lines += tail
        return lines.map { $0 + "\n" }.joined()
    }

    package struct Mismatch: Sendable, Equatable {
        /// Line of the first difference, from 1.
        package var line: Int
        /// Lines before `-` (in the file) and `+` (found), the common ones after two spaces.
        package var diff: String
    }

    /// Runs all commands in order, takes their answers over, and returns where they differed.
    package mutating func run(_ session: (ScriptCommand) throws -> String) -> [Mismatch] {
        var mismatches: [Mismatch] = []
        for index in blocks.indices {
            var found: [String] = []
            for command in blocks[index].commands {
                var answer: String
                do { answer = try session(command) } catch { answer = "error: \(error)" }
                if answer.hasSuffix("\n") { answer.removeLast() }
                if !answer.isEmpty {
                    found += answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                }
            }
            let expected = blocks[index].answer
            guard found != expected else { continue }
            let same = zip(expected, found).prefix { $0 == $1 }.count
            mismatches.append(
                Mismatch(line: blocks[index].answerLine + same, diff: Self.diff(expected, found)))
            blocks[index].answer = found
        }
        return mismatches
    }

    private static func diff(_ expected: [String], _ found: [String]) -> String {
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in found.difference(from: expected) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var lines: [String] = []
        var (old, new) = (0, 0)
        while old < expected.count || new < found.count {
            if removed.contains(old) {
                lines.append("- " + expected[old])
                old += 1
            } else if inserted.contains(new) {
                lines.append("+ " + found[new])
                new += 1
            } else {
                lines.append("  " + expected[old])
                old += 1
                new += 1
            }
        }
        return lines.joined(separator: "\n")
    }
}
