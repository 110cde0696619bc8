import Foundation
import Glibc
import StrataCodec
import StrataDisk
import StrataWorkload

/// Runs experiments: prepares the run directory, measures what its schedule has left, and closes it.
package final class BenchSession {
    private let factory: SystemFactory
    private let probe: (any DurabilityProbe)?
    private let child: ChildProgram?
    private let options: BenchOptions
    private let stop: StopFlag
    private let clock: any MonotonicClock
    /// Measured once: the experiments of one session share the data directory's device.
    private var baseline: SyncBaseline?

    package init(
        factory: @escaping SystemFactory, probe: (any DurabilityProbe)?, child: ChildProgram? = nil,
        options: BenchOptions, stop: StopFlag, clock: any MonotonicClock = SystemClock()
    ) {
        self.factory = factory
        self.probe = probe
        self.child = child
        self.options = options
        self.stop = stop
        self.clock = clock
    }

    /// `<experiment>-<UTC time>`: the default name of a run and of its directory.
    package static func runID(_ experiment: Experiment, at date: Date = Date()) -> String {
        "\(experiment.name)-\(timestamp(date).filter { $0 != ":" && $0 != "-" })"
    }

    /// RFC 3339, UTC, whole seconds.
    package static func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }

    /// A new run of `experiment`, overrides already applied, in `directory`.
    package func start(_ experiment: Experiment, directory path: String, runID: String) throws -> BenchOutcome {
        let directory = RunDirectory(path: path)
        var experiment = experiment
        if let rounds = options.rounds { experiment.run.rounds = rounds }
        let cells = try experiment.cells()
        guard !cells.isEmpty else {
            throw ExperimentError(file: experiment.name, message: "no cell is left: the filters exclude all of them")
        }
        let seed = options.seed ?? experiment.run.seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        let data = options.dataDirectory.map { "\($0)/\(runID)" } ?? "\(path)/data"
        var manifest = manifest(experiment, cells: cells, seed: seed, runID: runID, data: data)
        try directory.create(manifest, experiment: experiment.source)
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        try measureBaseline(directory, data, &manifest)
        return try measure(experiment, cells: cells, directory, manifest, complete: [])
    }

    /// Goes on with an interrupted run.
    package func resume(directory path: String) throws -> BenchOutcome {
        let directory = RunDirectory(path: path)
        var manifest = try directory.manifest()
        var experiment = try directory.experiment(manifest)
        experiment.run.rounds = manifest.rounds
        let cells = try experiment.cells()
        let complete = try directory.repairResults()
        manifest.resumed.append(Self.timestamp(Date()))
        manifest.ended = nil
        try directory.write(manifest)
        try FileManager.default.createDirectory(atPath: manifest.dataDirectory, withIntermediateDirectories: true)
        return try measure(experiment, cells: cells, directory, manifest, complete: complete)
    }

    private func manifest(
        _ experiment: Experiment, cells: [Cell], seed: UInt64, runID: String, data: String
    ) -> Manifest {
        let revision = SourceRevision(directory: FileManager.default.currentDirectoryPath)
        let checksum = CRC32C.checksum(Array(experiment.source.utf8).span.bytes)
        return Manifest(
            runID: runID, experiment: experiment.name, title: experiment.name, question: experiment.question,
            measure: experiment.measure.rawValue, seed: seed, rounds: experiment.run.rounds,
            seconds: experiment.run.seconds, warmupSeconds: experiment.run.warmupSeconds, isQuick: options.isQuick,
            overrides: options.overrides, dataDirectory: data, configCRC32C: String(checksum, radix: 16),
            axes: Dictionary(uniqueKeysWithValues: experiment.dials.map { ($0.axis.rawValue, $0.values) }),
            cells: cells.count, plots: experiment.plots,
            baseline: Dictionary(uniqueKeysWithValues: experiment.baseline.map { ($0.key.rawValue, $0.value) }),
            commit: revision.commit, isDirty: revision.isDirty, argv: options.arguments,
            started: Self.timestamp(Date()), ended: nil, resumed: [], kernel: MachineFacts.kernel,
            machine: MachineFacts.machine(), fileSystem: [:], device: [:], versions: MachineFacts.versions(),
            limits: MachineFacts.limits(), pressureAtStart: MachineFacts.pressure(), syncBaseline: [:], systems: [],
            datasets: corpora(of: cells), traits: BuiltInSystems.traits)
    }

    /// Those that are there; a missing one makes its cells rows that say so.
    private func corpora(of cells: [Cell]) -> [Manifest.Corpus] {
        Set(cells.map(\.valueSource)).sorted().compactMap { text in
            guard let source = try? ValueSource(parsing: text), case .corpus(let name) = source,
                let corpus = try? Dataset.load(name)
            else { return nil }
            return .init(name: name, bytes: corpus.text.count, crc32c: String(corpus.crc32c, radix: 16))
        }
    }

    private func measureBaseline(_ directory: RunDirectory, _ data: String, _ manifest: inout Manifest) throws {
        let storage = StorageFacts(directory: data)
        manifest.fileSystem = storage.fileSystem
        manifest.device = storage.device
        // The crash lab's disk is simulated, so the real one says nothing about it.
        if manifest.measure != Measure.durability.rawValue {
            let isFirst = baseline == nil
            let lines =
                try baseline
                ?? SyncBaseline.measure(
                    directory: data, seconds: options.baselineSeconds ?? (options.isQuick ? 0.1 : 0.3), clock: clock,
                    stop: stop)
            baseline = lines
            try lines.csv.write(toFile: directory.file(ResultSchema.baseline), atomically: true, encoding: .utf8)
            for line in lines.lines {
                manifest.syncBaseline.set(
                    "\(line.method.rawValue)_\(line.writeBytes)", number: line.perSecond?.rounded())
            }
            if isFirst, !options.isQuiet {
                print(lines.table)
                fflush(nil)  // progress goes to the unbuffered standard error, and shall come after
            }
        }
        try directory.write(manifest)
    }

    private func measure(
        _ experiment: Experiment, cells: [Cell], _ directory: RunDirectory, _ manifest: Manifest,
        complete: Set<Schedule.Key>
    ) throws -> BenchOutcome {
        let schedule = Schedule(
            experiment: experiment, cells: cells, rounds: manifest.rounds, seed: manifest.seed)
        let runner = CellRunner(
            factory: factory, probe: probe, child: child, run: experiment.run, measure: experiment.measure,
            dataDirectory: manifest.dataDirectory, cells: cells, clock: clock, stop: stop)
        let run = MatrixRun(
            experiment: experiment, schedule: schedule, complete: complete, runID: manifest.runID,
            fileSystem: StorageFacts(directory: manifest.dataDirectory).type, runner: runner, clock: clock,
            isQuiet: options.isQuiet)
        let isInterrupted = try run.run(into: ResultsWriter(directory: directory.path))
        // Loaded stores are kept for a run that will go on.
        let keepsStores = isInterrupted && !runner.stores.isEmpty
        if !keepsStores { try? FileManager.default.removeItem(atPath: manifest.dataDirectory) }
        var closed = manifest
        closed.systems = Array(Set(manifest.systems).union(run.systems)).sorted {
            ($0.name, $0.version) < ($1.name, $1.version)
        }
        if !isInterrupted { closed.ended = Self.timestamp(Date()) }
        try directory.write(closed)
        var outcome = BenchOutcome(directory: directory.path)
        outcome.isInterrupted = isInterrupted
        if keepsStores { outcome.keptStores = manifest.dataDirectory }
        let rows = try ResultsReader.rows(of: directory.file(ResultSchema.results))
        for row in rows where row.endsSet { outcome.counts[row.status, default: 0] += 1 }
        return outcome
    }
}
