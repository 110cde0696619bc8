import Foundation
import Glibc

/// What a run says of its progress: one line that is written over on a terminal, a line for every cell elsewhere.
package final class ProgressLine {
    private let isTerminal: Bool
    private let isQuiet: Bool
    private let total: Int
    private var done: Int
    private var started: ContinuousClock.Instant = .now
    private var measured = 0
    private var lastDetail: ContinuousClock.Instant?
    private let expectedSeconds: Double

    /// `done` of `total` cells are there already; `expectedSeconds` is the guess for one before the first has ended.
    package init(total: Int, done: Int, expectedSeconds: Double, isQuiet: Bool = false) {
        isTerminal = isatty(STDERR_FILENO) == 1
        self.isQuiet = isQuiet
        self.total = total
        self.done = done
        self.expectedSeconds = expectedSeconds
    }

    /// Time left, by the mean of the cells so far.
    private var remaining: String {
        let spent = started.duration(to: .now)
        let each = measured > 0 ? Double(spent.wholeNanoseconds) / 1e9 / Double(measured) : expectedSeconds
        return Self.clock(each * Double(total - done))
    }

    /// "1:05", or "2:03:00" from an hour on.
    package static func clock(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds).rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let minutes = whole / 60 % 60
        return whole >= 3600
            ? "\(whole / 3600):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
    }

    package func begin(round: Int, rounds: Int, label: String) {
        guard isTerminal, !isQuiet else { return }
        say("\r\u{1B}[K[\(done + 1)/\(total)] round \(round)/\(rounds), \(remaining) left: \(label)")
    }

    package func end(round: Int, rounds: Int, label: String, result: String) {
        done += 1
        measured += 1
        guard !isQuiet, !isTerminal else { return }
        say("[\(done)/\(total)] round \(round)/\(rounds), \(remaining) left: \(label): \(result)\n")
    }

    /// What goes on inside a cell: written over on a terminal, elsewhere a line every ten seconds.
    package func detail(_ text: String) {
        guard !isQuiet else { return }
        if isTerminal { return say("\r\u{1B}[K[\(done + 1)/\(total)] \(text)") }
        guard lastDetail.map({ $0.duration(to: .now) > .seconds(10) }) ?? true else { return }
        lastDetail = .now
        say("[\(done + 1)/\(total)] \(text)\n")
    }

    /// A line that stays.
    package func note(_ text: String) {
        guard !isQuiet else { return }
        say((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    package func clear() {
        if isTerminal, !isQuiet { say("\r\u{1B}[K") }
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
