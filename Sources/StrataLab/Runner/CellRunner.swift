import Foundation
import StrataDisk
import StrataSystems
import StrataWorkload

/// Makes a system for one cell in a fresh directory.
package typealias SystemFactory =
    @Sendable (_ name: String, _ configuration: SystemConfiguration) throws -> any MeasuredSystem

/// Measures one cell from an empty directory to an empty directory.
package struct CellRunner: Sendable {
    package var factory: SystemFactory
    package var probe: (any DurabilityProbe)?
    package var run: RunSettings
    package var measure: Measure
    /// Below this the cell's own directory is made and removed.
    package var dataDirectory: String
    package var clock: any MonotonicClock
    package var stop: StopFlag

    package init(
        factory: @escaping SystemFactory, probe: (any DurabilityProbe)?, run: RunSettings, measure: Measure,
        dataDirectory: String, clock: any MonotonicClock = SystemClock(), stop: StopFlag = StopFlag()
    ) {
        self.factory = factory
        self.probe = probe
        self.run = run
        self.measure = measure
        self.dataDirectory = dataDirectory
        self.clock = clock
        self.stop = stop
    }

    /// Dictionary samples: some hundreds of typical values, as zstd's manual advises.
    private static let dictionarySamples = 1000

    /// Never throws for what a system does: that becomes the findings' status. Throws `CancellationError` when stopped.
    package func findings(of cell: Cell, seed: UInt64) throws -> CellFindings {
        let directory = "\(dataDirectory)/cell-\(cell.id)"
        try? FileManager.default.removeItem(atPath: directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let values = try pool(for: cell, seed: seed)
            if measure == .durability {
                guard let probe else { throw SystemUnsupported(reason: "this build has no crash lab") }
                return try probe.audit(cell, values: values, seed: seed, stop: stop)
            }
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            return try measured(cell, seed: seed, values: values, directory: directory)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            var findings = CellFindings()
            findings.status = Self.isUnsupported(error) ? .unsupported : .failed
            findings.note = "\(error)"
            return findings
        }
    }

    private func pool(for cell: Cell, seed: UInt64) throws -> ValuePool {
        let source = try ValueSource(parsing: cell.valueSource)
        do {
            return try ValuePool(source: source, size: cell.valueBytes, seed: seed)
        } catch let error as StorageError where error.kind == .missing {
            throw SystemUnsupported(reason: error.description)  // a data set that has not been built here
        }
    }

    private static func isUnsupported(_ error: any Error) -> Bool {
        if error is SystemUnsupported { return true }
        if let error = error as? StorageError, case .unsupported = error.kind { return true }
        return false
    }

    private func measured(
        _ cell: Cell, seed: UInt64, values: ValuePool, directory: String
    ) throws -> CellFindings {
        var configuration = SystemConfiguration(directory: directory)
        configuration.syncPolicy = cell.syncPolicy
        configuration.syncMethod = cell.syncMethod
        configuration.compression = try cell.codec.compression { values.samples(count: Self.dictionarySamples) }
        configuration.blockBytes = cell.blockBytes
        configuration.segmentBytes = cell.segmentBytes
        configuration.preallocation = cell.preallocation
        if measure == .throughput, cell.retainedBytes > 0 { configuration.retainedBytes = cell.retainedBytes }
        configuration.recoveryThreads = cell.threads
        let system = try factory(cell.system, configuration)
        try system.start()
        var findings: CellFindings
        do {
            findings =
                switch measure {
                case .recovery:
                    try RecoveryMeasurement(cell: cell, pool: values, directory: directory, clock: clock, stop: stop)
                        .measure(system)
                case .throughput, .durability:
                    try ThroughputMeasurement(
                        cell: cell, run: run, seed: seed, pool: values, clock: clock, stop: stop
                    ).measure(system)
                }
        } catch {
            system.kill()
            throw error
        }
        findings.system = system.description
        do {
            try system.stop()
        } catch {
            findings.suspect("stop failed: \(error)")
        }
        return findings
    }
}
