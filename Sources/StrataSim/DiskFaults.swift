import Glibc
import StrataDisk

/// One thing to go wrong.
package struct DiskFault: Sendable {
    package enum Call: String, Sendable, CaseIterable {
        case open, read, write, sync, syncDirectory, rename, remove, truncate, allocate
    }

    package enum Outcome: Sendable, Equatable {
        /// The call throws this errno and has done nothing. A failed sync follows assumption 4 of `Disk`: what it
        /// should have covered is from then on unknown.
        case error(Int32)
        /// A write stores its first `bytes` and then throws `ENOSPC`.
        case short(bytes: Int)
        /// A write reports success and lands this many bytes away in the same file.
        case misdirected(by: Int)

        package static let ioError = Outcome.error(EIO)
        package static let noSpace = Outcome.error(ENOSPC)
    }

    package var call: Call
    package var outcome: Outcome
    /// Only on this name, or a file that was opened by it; nil is any.
    package var name: String?
    /// Such calls that still pass before it.
    package var passes: Int
    /// How often it then happens; `Int.max` is for ever.
    package var times: Int

    /// The `nth` such call from now on fails, counted from 1, and so do the next ones up to `times`.
    package init(_ call: Call, _ outcome: Outcome = .ioError, nth: Int = 1, times: Int = 1, of name: String? = nil) {
        precondition(nth >= 1 && times >= 1, "calls are counted from 1")
        if case .error = outcome {} else { precondition(call == .write, "only a write is short or misdirected") }
        self.call = call
        self.outcome = outcome
        self.name = name
        passes = nth - 1
        self.times = times
    }
}

/// What is to go wrong on a disk, by count and by chance.
struct DiskFaults: Sendable {
    private struct Chance: Sendable {
        let call: DiskFault.Call
        let outcome: DiskFault.Outcome
        let probability: Double
        var random: SeededRandom
    }

    private var faults: [DiskFault] = []
    private var chances: [Chance] = []

    mutating func add(_ fault: DiskFault) { faults.append(fault) }

    mutating func add(_ call: DiskFault.Call, _ outcome: DiskFault.Outcome, probability: Double, seed: UInt64) {
        chances.append(
            Chance(call: call, outcome: outcome, probability: probability, random: SeededRandom(seed: seed)))
    }

    /// Counts one call, and tells how it fails if it does.
    @inline(__always)
    mutating func outcome(of call: DiskFault.Call, on name: String?) -> DiskFault.Outcome? {
        if faults.isEmpty && chances.isEmpty { return nil }
        return drawOutcome(of: call, on: name)
    }

    private mutating func drawOutcome(of call: DiskFault.Call, on name: String?) -> DiskFault.Outcome? {
        var result: DiskFault.Outcome?
        for index in faults.indices where faults[index].call == call {
            if let only = faults[index].name, only != name { continue }
            if faults[index].passes > 0 {
                faults[index].passes -= 1
            } else if faults[index].times > 0 && result == nil {
                if faults[index].times != .max { faults[index].times -= 1 }
                result = faults[index].outcome
            }
        }
        for index in chances.indices where chances[index].call == call {
            if chances[index].random.chance(chances[index].probability) && result == nil {
                result = chances[index].outcome
            }
        }
        faults.removeAll { $0.times == 0 }
        return result
    }
}
