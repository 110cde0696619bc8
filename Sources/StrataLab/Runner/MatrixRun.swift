import StrataDisk
import StrataSystems

/// Goes through a schedule, one cell after the other, and writes what each found.
final class MatrixRun {
    private let experiment: Experiment
    private let schedule: Schedule
    private let complete: Set<Schedule.Key>
    private let runID: String
    private let fileSystem: String
    private let runner: CellRunner
    private let clock: any MonotonicClock
    private let isQuiet: Bool
    /// What the systems said of themselves.
    private(set) var systems: Set<Manifest.System> = []

    init(
        experiment: Experiment, schedule: Schedule, complete: Set<Schedule.Key>, runID: String, fileSystem: String,
        runner: CellRunner, clock: any MonotonicClock, isQuiet: Bool
    ) {
        self.experiment = experiment
        self.schedule = schedule
        self.complete = complete
        self.runID = runID
        self.fileSystem = fileSystem
        self.runner = runner
        self.clock = clock
        self.isQuiet = isQuiet
    }

    /// Measures what is not complete yet. Returns whether it was interrupted; then the cell that ran has left no row.
    func run(into writer: ResultsWriter) throws -> Bool {
        let open = schedule.items.filter { !complete.contains($0.key) }
        let rounds = schedule.items.last?.round ?? 0
        let isTimed = experiment.measure == .throughput || experiment.measure == .fanout
        let guess = isTimed ? experiment.run.seconds + experiment.run.warmupSeconds + 0.2 : 3
        let progress = ProgressLine(
            total: schedule.items.count, done: schedule.items.count - open.count, expectedSeconds: guess,
            isQuiet: isQuiet)
        defer { progress.clear() }
        for item in open {
            if runner.stop.isRaised { return true }
            let label = label(item)
            progress.begin(round: item.round, rounds: rounds, label: label)
            let before = NoiseReading(at: clock.nanoseconds())
            let findings: CellFindings
            do {
                findings = try runner.findings(of: item.cell, seed: item.seed) { progress.detail($0) }
            } catch is CancellationError {
                return true
            }
            let after = NoiseReading(at: clock.nanoseconds())
            let noise = after.sample(since: before)
            let elapsed = after.seconds(since: before)
            try writer.append(
                rows(item, findings, noise, elapsed: elapsed), series: findings.series, histograms: findings.histograms,
                noise: noise)
            if let system = findings.system {
                systems.insert(.init(name: system.name, version: system.version, settings: system.settings))
            }
            report(item, findings, progress, rounds: rounds, label: label)
        }
        return false
    }

    private func label(_ item: Schedule.Item) -> String {
        let axes = experiment.dials.filter { $0.values.count > 1 }.map(\.axis)
        let text = item.cell.label(of: axes)
        return (text.isEmpty ? item.cell.system : text) + (item.role == .control ? " (control)" : "")
    }

    private func report(
        _ item: Schedule.Item, _ findings: CellFindings, _ progress: ProgressLine, rounds: Int, label: String
    ) {
        let main = findings.values.first { $0.phase == "total" } ?? findings.values.first
        let number = main.flatMap { value in value.value.map { "\(value.metric) \(NumberText.human($0)) \(value.unit)" }
        }
        let result = findings.status == .ok ? number ?? "" : "\(findings.status.rawValue): \(findings.note)"
        progress.end(round: item.round, rounds: rounds, label: label, result: result)
        if findings.status != .ok, item.round == 1 {
            progress.note("\(label): \(findings.status.rawValue): \(findings.note)")
        }
    }

    private func rows(
        _ item: Schedule.Item, _ findings: CellFindings, _ noise: NoiseSample, elapsed: Double
    ) -> [ResultRow] {
        var base = ResultRow()
        base.runID = runID
        base.experiment = experiment.name
        base.cellID = item.cell.id
        base.role = item.role
        base.round = item.round
        base.order = item.order
        base.seed = item.seed
        base.version = findings.system?.version ?? ""
        for axis in Axis.allCases where experiment.measure.uses(axis) { base.dials[axis] = item.cell.text(axis) }
        base.fileSystem = experiment.measure == .durability ? "simulated" : fileSystem
        base.noisy = noise.isNoisy
        base.status = findings.status
        base.note = [findings.note, noise.reason].filter { !$0.isEmpty }.joined(separator: "; ")
        if base.endsSet { return [base] }  // unsupported or failed: there is nothing to report but that
        let end = MetricValue(phase: "cell", Metric.elapsed, elapsed, "s")
        return (findings.values + [end]).map { value in
            var row = base
            row.phase = value.phase
            row.metric = value.metric
            row.stat = value.stat
            row.value = value.value
            row.unit = value.unit
            row.n = value.n
            return row
        }
    }
}
