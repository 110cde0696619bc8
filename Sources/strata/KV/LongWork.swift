import Foundation
import StrataLab

/// What work that takes long says of its progress, with the time that is left: after a second, on one line that is written over on a
/// terminal, elsewhere a line every ten seconds.
final class LongWork {
    private let name: String
    private let stop: StopFlag
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let started = ContinuousClock.now
    private var last: ContinuousClock.Instant
    private var hasSpoken = false

    init(_ name: String, stop: StopFlag) {
        self.name = name
        self.stop = stop
        last = started
    }

    /// `done` of `total` are done; `bytes` in all. False: the tool is to stop.
    func step(_ done: UInt64, of total: UInt64, bytes: UInt64) -> Bool {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal ? (hasSpoken ? .milliseconds(200) : .seconds(1)) : .seconds(10)
        if last.duration(to: now) >= pause {
            last = now
            hasSpoken = true
            let share = total > 0 ? min(1, Double(done) / Double(total)) : 0
            let spent = Double(started.duration(to: now).wholeNanoseconds) / 1e9
            let left = share > 0 ? ProgressLine.clock(spent / share - spent) + " left" : "under way"
            let text = "\(name): \(Int(share * 100)) %, \(ShownSize.bytes(bytes)), \(left)"
            StandardError.write(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
        }
        return !stop.isRaised
    }

    func end() {
        if isTerminal, hasSpoken { StandardError.write("\r\u{1B}[K") }
    }
}
