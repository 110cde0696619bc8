import StrataDisk
import StrataJournal
import StrataSim
import StrataWAL

/// Cuts the power of a log on a simulated disk at many points of one run and counts, against what had been acknowledged
/// by then, what is missing afterwards.
///
/// The run is one client that appends at a fixed rate of virtual time on a device whose flush takes a given time; it and
/// every cut follow from the seed. At each point the power cut leaves, in turn, nothing of what was not synced, all of it,
/// and seeded random parts: the worst of them is what a policy must be judged by.
package struct DurabilityAudit: Sendable {
    package struct Plan: Sendable {
        /// Policy, method, compression and block size of the log; its threading and seed are set here.
        package var options = WALOptions()
        package var device = DeviceModel.consumerSSD
        package var writes = 10_000
        /// Of virtual time. Where the device is slower, the client falls behind and appends as fast as it can.
        package var writesPerSecond = 2_000.0
        package var crashPoints = 200
        package var seed: UInt64 = 1

        package init() {}
    }

    /// What one cut left behind.
    package struct Cut: Sendable {
        package var acknowledged: UInt64
        package var lost: UInt64
        /// Virtual time between the acknowledgement of the oldest lost append and the cut.
        package var oldestLost: Duration
    }

    package struct Findings: Sendable {
        package var cuts: [Cut] = []
        /// States in which the log refused to open, though every one of them is legal.
        package var refused: [String] = []
        /// States in which it gave back something that was never appended.
        package var invented: [String] = []
        /// Appends acknowledged in the whole run, and its virtual time.
        package var acknowledged: UInt64 = 0
        package var elapsed = Duration.zero

        package var worstLoss: UInt64 { cuts.reduce(0) { max($0, $1.lost) } }
        package var worstAge: Duration { cuts.reduce(.zero) { max($0, $1.oldestLost) } }
    }

    /// Lends the bytes of the append with an index.
    package typealias Values =
        @Sendable (_ index: UInt64, _ body: (RawSpan) throws(StorageError) -> Void) throws(StorageError) -> Void

    private let plan: Plan
    private let values: Values

    package init(_ plan: Plan, values: @escaping Values) {
        self.plan = plan
        self.values = values
    }

    /// `goOn` is asked before every cut; once it says no, the findings so far are returned.
    package func run(goOn: () -> Bool = { true }) throws(StorageError) -> Findings {
        let clock = SimulatedClock()
        let disk = SimulatedDisk(path: "simulated", recordsTrace: true)
        disk.setDevice(plan.device, clock: clock)
        let history = try drive(disk, clock)
        var findings = Findings()
        findings.acknowledged = UInt64(history.acknowledgedAt.count)
        findings.elapsed = .nanoseconds(clock.nanoseconds())

        var bounds = CrashStates.Bounds()
        bounds.subsets = 1
        bounds.singles = 0
        bounds.random = 2
        bounds.seed = plan.seed
        bounds.every = max(1, disk.pointCount / max(1, plan.crashPoints))
        _ = CrashStates(of: disk.trace, bounds: bounds).forEach { state in
            guard goOn() else { return }
            audit(state, history, &findings)
        }
        return findings
    }

    /// What the client saw.
    private struct History {
        /// Virtual nanoseconds of each acknowledgement, in order of the entries.
        var acknowledgedAt: [UInt64] = []
        /// How many I/O points had passed, and the time, after each append.
        var points: [(count: Int, time: UInt64)] = []

        func time(of point: Int) -> UInt64 {
            var low = 0
            var high = points.count
            while low < high {
                let middle = (low + high) / 2
                if points[middle].count < point { low = middle + 1 } else { high = middle }
            }
            return points[min(low, points.count - 1)].time
        }
    }

    private var inlineOptions: WALOptions {
        var options = plan.options
        options.threading = .inline
        options.recoveryThreads = 1
        options.seed = plan.seed
        // A rotation syncs what it seals, which bounds a loss: segments must not be so small that it happens more often than
        // in service. 8 MiB hold the default plan's writes; 64 MiB would only add zeros that every recovery has to read.
        options.segmentBytes = min(options.segmentBytes, 8 << 20)
        options.preallocation = .fallocate
        return options
    }

    private func drive(_ disk: SimulatedDisk, _ clock: SimulatedClock) throws(StorageError) -> History {
        let log = try WriteAheadLog(on: disk, clock: clock, options: inlineOptions)
        var history = History()
        let interval = 1e9 / plan.writesPerSecond
        let origin = clock.nanoseconds()
        for write in 0..<plan.writes {
            let due = origin + UInt64(Double(write) * interval)
            let now = clock.nanoseconds()
            if due > now { clock.advance(by: due - now) }
            var index: UInt64 = 0
            try log.tick()
            try values(UInt64(write) + 1) { (bytes) throws(StorageError) in index = try log.append(kind: 0, bytes) }
            precondition(index == UInt64(write) + 1, "entries of a fresh log are numbered from 1")
            disk.mark(index)
            history.acknowledgedAt.append(clock.nanoseconds())
            history.points.append((disk.pointCount, clock.nanoseconds()))
        }
        return history
    }

    private func audit(_ state: CrashState, _ history: History, _ findings: inout Findings) {
        let acknowledged = UInt64(state.markCount)
        var options = inlineOptions
        options.segmentBytes = min(options.segmentBytes, 64 << 10)  // of the segment that opening begins
        options.policy = .never  // what is audited was decided before the cut: nothing needs to be made durable again
        do throws(StorageError) {
            var isTrue = true
            let log = try WriteAheadLog(on: state.disk, options: options) {
                (index, _, payload) throws(StorageError) in
                try values(index) { (expected) throws(StorageError) in
                    isTrue = isTrue && payload.isEqual(to: expected)
                }
                return true
            }
            let recovered = log.recovery.lastIndex
            if !isTrue || recovered > UInt64(plan.writes) { findings.invented.append("\(state.id)") }
            let lost = acknowledged - min(acknowledged, recovered)
            let cutAt = history.time(of: state.point)
            let age = lost == 0 ? 0 : cutAt - min(cutAt, history.acknowledgedAt[Int(recovered)])
            findings.cuts.append(Cut(acknowledged: acknowledged, lost: lost, oldestLost: .nanoseconds(age)))
        } catch {
            findings.refused.append("\(state.id): \(error)")
        }
    }
}

extension RawSpan {
    fileprivate func isEqual(to other: RawSpan) -> Bool {
        withUnsafeBytes { mine in other.withUnsafeBytes { mine.elementsEqual($0) } }
    }
}
