import Glibc
import StrataDisk

/// When one client means to begin each of its operations, in nanoseconds from the start of the run.
///
/// Latency counted from the intended start holds the time that an operation waited behind slow ones before it; counted from
/// the actual start it would leave that out (coordinated omission; Tene, "How NOT to Measure Latency").
package struct ArrivalSchedule: Sendable {
    package let process: ArrivalProcess
    /// Operations handed out so far.
    package private(set) var count: UInt64 = 0
    private let client: UInt64
    private let clients: UInt64
    /// Mean distance between two operations of this client.
    private let interval: Double
    private var last = 0.0
    private var random: SeededRandom

    /// For client `client` of `clients`, who share the rate of `process`: in a fixed rate they take turns, and in a Poisson
    /// process each is one of rate / clients of its own, which together are one of the whole rate.
    package init(_ process: ArrivalProcess, client: Int, clients: Int, seed: UInt64) {
        precondition(clients > 0 && (0..<clients).contains(client), "client \(client) of \(clients)")
        precondition(process.isValid, "\(process) is out of range")
        self.process = process
        self.client = UInt64(client)
        self.clients = UInt64(clients)
        interval = process.perSecond.map { 1e9 / $0 * Double(clients) } ?? 0
        random = SeededRandom(seed: seed, stream: UInt64(client))
    }

    /// The intended start of this client's next operation, or nil in a closed loop, which means at once. Never decreases.
    @inline(__always)
    package mutating func next() -> UInt64? {
        defer { count &+= 1 }
        switch process {
        case .closed: return nil
        case .fixedRate(let rate):
            // From the operation's number and not from the last time, so that rounding does not add up.
            return UInt64(Double(count &* clients &+ client) * 1e9 / rate)
        case .poisson:
            last -= log(1 - random.unit()) * interval  // the unit is below 1, so the logarithm is finite
            return UInt64(last)
        }
    }
}
