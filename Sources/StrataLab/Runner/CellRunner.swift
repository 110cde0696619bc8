import Foundation
import StrataDisk
import StrataSystems
import StrataWorkload

/// Makes a system for one cell, over an empty directory or over one that an earlier life of such a system left.
package typealias SystemFactory =
    @Sendable (_ name: String, _ configuration: SystemConfiguration) throws -> any MeasuredSystem

/// Measures one cell: from an empty directory to an empty directory, or on a loaded store.
package struct CellRunner: Sendable {
    package var factory: SystemFactory
    package var probe: (any DurabilityProbe)?
    /// The program that is killed in a recovery; without it, stores with keys are not killed.
    package var child: ChildProgram?
    package var run: RunSettings
    package var measure: Measure
    /// Below this the cell's own directory is made and removed.
    package var dataDirectory: String
    package var stores: LoadedStores
    package var clock: any MonotonicClock
    package var stop: StopFlag

    /// `cells`: all that the run will measure, so that stores are loaded for every one of them.
    package init(
        factory: @escaping SystemFactory, probe: (any DurabilityProbe)?, child: ChildProgram? = nil, run: RunSettings,
        measure: Measure, dataDirectory: String, cells: [Cell], clock: any MonotonicClock = SystemClock(),
        stop: StopFlag = StopFlag()
    ) {
        self.factory = factory
        self.probe = probe
        self.child = child
        self.run = run
        self.measure = measure
        self.dataDirectory = dataDirectory
        stores = LoadedStores(directory: dataDirectory, cells: cells, factory: factory, clock: clock, stop: stop)
        self.clock = clock
        self.stop = stop
    }

    /// Never throws for what a system does: that becomes the findings' status. Throws `CancellationError` when stopped. `say`
    /// is told of what takes long before the measuring.
    package func findings(
        of cell: Cell, seed: UInt64, saying say: @escaping (String) -> Void = { _ in }
    ) throws -> CellFindings {
        do {
            let values = try ValuePool(cell, seed: seed)
            if measure == .durability {
                guard let probe else { throw SystemUnsupported(reason: "this build has no crash lab") }
                return try probe.audit(cell, values: values, seed: seed, stop: stop)
            }
            guard measure == .recovery || cell.records > 0 || !cell.mix.needsRecords else {
                throw SystemUnsupported(reason: "mix \(cell.mix.rawValue) reads, and records = 0 loads nothing to read")
            }
            if cell.records > 0 {
                let found = try stores.withStore(for: cell, values: values, seed: seed, saying: say) {
                    directory, store in
                    try onStore(cell, seed: seed, values: values, directory: directory, store: store)
                }
                if let found { return found }
            }
            return try onEmptyDirectory(cell, seed: seed, values: values, saying: say)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            var findings = CellFindings()
            findings.status = Self.isUnsupported(error) ? .unsupported : .failed
            findings.note = "\(error)"
            return findings
        }
    }

    private static func isUnsupported(_ error: any Error) -> Bool {
        if error is SystemUnsupported { return true }
        if let error = error as? StorageError, case .unsupported = error.kind { return true }
        return false
    }

    private func onStore(
        _ cell: Cell, seed: UInt64, values: ValuePool, directory: String, store: LoadedStore
    ) throws -> CellFindings {
        let configuration = try SystemConfiguration(cell, measure: measure, directory: directory, values: values)
        var findings: CellFindings
        if measure == .recovery {
            findings = try KilledStoreMeasurement(
                cell: cell, seed: seed, pool: values, configuration: configuration, factory: factory, child: child,
                clock: clock, stop: stop
            ).measure()
        } else {
            let system = try factory(cell.system, configuration)
            try system.start()
            findings = try serving(system) {
                try system.settle()
                return try driven(system, cell, seed: seed, values: values, firstInsert: store.firstInsert)
            }
        }
        findings.add(phase: "load", Metric.loadRate, store.loadRate, "records/s", n: store.records + store.history)
        findings.add(phase: "load", Metric.earlierUses, Double(store.uses - 1), "cells", n: 1)
        findings.add(phase: "load", Metric.storeSize, Double(StoreFiles.bytes(directory)) / 1e6, "MB", n: 1)
        return findings
    }

    private func onEmptyDirectory(
        _ cell: Cell, seed: UInt64, values: ValuePool, saying say: @escaping (String) -> Void
    ) throws -> CellFindings {
        let directory = "\(dataDirectory)/cell-\(cell.id)"
        try? FileManager.default.removeItem(atPath: directory)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = try SystemConfiguration(cell, measure: measure, directory: directory, values: values)
        let system = try factory(cell.system, configuration)
        if measure == .recovery, cell.records > 0 {
            throw SystemUnsupported(
                reason: stores.isForgetful(cell)
                    ? "\(cell.system) keeps nothing that could be recovered"
                    : "\(cell.system) has no reads by key to see what was recovered; records = 0 measures it as a log")
        }
        try system.start()
        return try serving(system) {
            if measure == .recovery {
                return try RecoveryMeasurement(
                    cell: cell, pool: values, directory: directory, clock: clock, stop: stop
                ).measure(system)
            }
            if cell.records > 0, stores.isForgetful(cell) {
                _ = try stores.loader(cell, values, seed, say).load(system)
                try system.settle()
            }
            let firstInsert = cell.records > 0 ? 1 << 40 : UInt64(0)
            return try driven(system, cell, seed: seed, values: values, firstInsert: firstInsert)
        }
    }

    /// `body` with `system`, which has been started and is not running any more on return.
    private func serving(_ system: any MeasuredSystem, _ body: () throws -> CellFindings) throws -> CellFindings {
        var findings: CellFindings
        do {
            findings = try body()
        } catch let error as SystemUnsupported {
            // Nothing is wrong with the system: it shall leave its files in order.
            try? system.stop()
            throw error
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

    private func driven(
        _ system: any MeasuredSystem, _ cell: Cell, seed: UInt64, values: ValuePool, firstInsert: UInt64
    ) throws -> CellFindings {
        let scratch = "\(dataDirectory)/scratch"
        try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let clients = ThroughputMeasurement(
            cell: cell, run: run, seed: seed, pool: values, clock: clock, stop: stop, firstInsert: firstInsert,
            scratch: scratch)
        return measure == .fanout
            ? try FanoutMeasurement(clients: clients).measure(system) : try clients.measure(system)
    }
}
