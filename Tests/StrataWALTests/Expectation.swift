import StrataDisk
import StrataJournal
import StrataWAL

/// What a log must hold, and may hold, after a power cut at one moment of a `Story`.
struct Expectation {
    /// By index: every payload that may stand there.
    private(set) var allowed: [[[UInt8]]] = [[]]
    /// The newest of them, with when it was acknowledged.
    private var newest: [(size: Int, acknowledgedAt: UInt64?)] = [(0, nil)]
    /// Entries from here...
    private(set) var requiredFirst: UInt64 = 1
    /// ... to here must be there.
    private(set) var requiredLast: UInt64 = 0
    private(set) var firstIndex: UInt64?
    private var acknowledged: UInt64 = 0
    private var synced: UInt64 = 0
    private var now: UInt64 = 0
    /// Nothing is required.
    private var isResetting = false

    /// The expectation before the first event and after each.
    static func all(of events: [Story.Event], policy: SyncPolicy) -> [Expectation] {
        var result = [Expectation()]
        for event in events {
            var next = result[result.count - 1]
            next.apply(event, policy)
            result.append(next)
        }
        return result
    }

    private mutating func apply(_ event: Story.Event, _ policy: SyncPolicy) {
        switch event {
        case .submitting(let index, let payload):
            while allowed.count <= Int(index) {
                allowed.append([])
                newest.append((0, nil))
            }
            allowed[Int(index)].append(payload)
            newest[Int(index)] = (payload.count, nil)
        case .acknowledged(let last, let time):
            now = max(now, time)
            for index in acknowledged + 1..<last + 1 { newest[Int(index)].acknowledgedAt = time }
            acknowledged = last
        case .synced(let last): synced = max(synced, last)
        case .time(let time): now = time
        case .truncatingBack(let index):
            acknowledged = min(acknowledged, index)
            synced = min(synced, index)
        case .truncatedBack(let index):
            for gone in Int(index) + 1..<max(allowed.count, Int(index) + 1) { allowed[gone] = [] }
        case .truncatingFront(let index): requiredFirst = max(requiredFirst, index)
        case .resetting:
            isResetting = true
            (acknowledged, synced) = (0, 0)
        case .reset(let next):
            isResetting = false
            allowed = Array(repeating: [], count: Int(next))
            newest = Array(repeating: (0, nil), count: Int(next))
            (acknowledged, synced, requiredFirst, firstIndex) = (next - 1, next - 1, next, next)
        }
        requiredLast = isResetting ? 0 : required(policy)
    }

    /// The newest entry that the policy promises to keep.
    private func required(_ policy: SyncPolicy) -> UInt64 {
        var last = acknowledged
        switch policy {
        case .always, .grouped: return acknowledged
        case .never: return min(synced, acknowledged)
        case .everyBytes(let limit):
            // Loses less than `limit` bytes.
            var lost = 0
            while last > synced, lost + newest[Int(last)].size < limit {
                lost += newest[Int(last)].size
                last -= 1
            }
        case .periodic(let interval):
            while last > synced, let time = newest[Int(last)].acknowledgedAt, time + interval.nanoseconds > now {
                last -= 1
            }
        }
        return last
    }

    /// What is wrong with the log on `disk`, if anything is.
    func violation(on disk: any Disk, _ options: WALOptions, isRepaired: Bool = false) -> String? {
        var problem: String?
        var next: UInt64?
        let log: WriteAheadLog
        do throws(StorageError) {
            log = try WriteAheadLog(on: disk, options: options) { (index, _, payload) throws(StorageError) in
                if let next, next != index { problem = "entry \(index) follows \(next - 1)" }
                next = index + 1
                if !isAllowed(payload, at: index) { problem = problem ?? "entry \(index) was never submitted so" }
                return problem == nil
            }
        } catch {
            if case .powerLost = error.kind { return nil }
            return "refused: \(error)"
        }
        defer { log.abandon() }
        if let problem { return problem }
        let (first, last) = (log.firstIndex, log.lastIndex)
        if (next ?? first) != last + 1 { return "replayed up to \(next ?? 0), but the log ends at \(last)" }
        if isResetting { return nil }
        if let firstIndex, first != firstIndex, requiredFirst == firstIndex {
            return "begins at \(first), not \(firstIndex)"
        }
        if requiredFirst <= requiredLast {
            if first > requiredFirst { return "begins at \(first), entries from \(requiredFirst) on are promised" }
            if last < requiredLast { return "ends at \(last), entries up to \(requiredLast) are promised" }
        }
        if options.policy.acknowledgesDurably, log.durableIndex < last {
            return "durable up to \(log.durableIndex) only"
        }
        return nil
    }

    private func isAllowed(_ payload: RawSpan, at index: UInt64) -> Bool {
        guard index < UInt64(allowed.count) else { return false }
        return payload.withUnsafeBytes { found in
            allowed[Int(index)].contains { $0.count == found.count && $0.elementsEqual(found) }
        }
    }
}
