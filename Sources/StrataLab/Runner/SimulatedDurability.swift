import StrataCrash
import StrataDisk
import StrataJournal
import StrataSim
import StrataSystems
import StrataWAL
import StrataWorkload

/// The durability measure on the simulated disk: `DurabilityAudit` with the dials of a cell.
package struct SimulatedDurability: DurabilityProbe {
    package init() {}

    package func audit(_ cell: Cell, values: ValuePool, seed: UInt64, stop: StopFlag) throws -> CellFindings {
        guard cell.system == "wal" else {
            throw SystemUnsupported(reason: "the simulated disk holds Strata's own log only, not \"\(cell.system)\"")
        }
        var plan = DurabilityAudit.Plan()
        plan.options.policy = cell.syncPolicy
        plan.options.method = cell.syncMethod
        plan.options.compression = try cell.codec.compression { values.samples(count: 1_000) }
        plan.options.blockBytes = cell.blockBytes
        plan.options.segmentBytes = cell.segmentBytes
        plan.crashPoints = cell.crashPoints
        plan.seed = seed
        if let flush = cell.deviceModel.flushLatency {
            plan.device = DeviceModel(
                transferNanosecondsPerByte: DeviceModel.consumerSSD.transferNanosecondsPerByte,
                flushNanoseconds: Double(flush.components.attoseconds) / 1e9 + Double(flush.components.seconds) * 1e9)
        }
        let audit = DurabilityAudit(plan) { (index, body) throws(StorageError) in try values.withValue(index, body) }
        let found = try audit.run { !stop.isRaised }
        if stop.isRaised { throw CancellationError() }
        var findings = findings(found)
        if cell.syncPolicy.acknowledgesDurably, cell.syncMethod.isDurable, found.worstLoss > 0 {
            findings.suspect("a policy that promises to lose nothing lost \(found.worstLoss) acknowledged writes")
        }
        return findings
    }

    private func findings(_ found: DurabilityAudit.Findings) -> CellFindings {
        var result = CellFindings()
        let losses = found.cuts.map { Double($0.lost) }.sorted()
        let ages = found.cuts.map { Double($0.oldestLost.wholeNanoseconds) / 1e6 }.sorted()
        let n = UInt64(found.cuts.count)
        func add(_ metric: String, _ sorted: [Double], _ unit: String) {
            guard let last = sorted.last else { return }
            result.values.append(.init(metric, stat: "mean", sorted.reduce(0, +) / Double(sorted.count), unit, n: n))
            result.values.append(.init(metric, stat: "p50", sorted[sorted.count / 2], unit, n: n))
            result.values.append(.init(metric, stat: "max", last, unit, n: n))
        }
        add("lost_writes", losses, "ops")
        add("lost_age", ages, "ms")
        result.values.append(.init("cuts_with_loss", Double(losses.filter { $0 > 0 }.count), "cuts", n: n))
        result.values.append(.init("acknowledged", Double(found.acknowledged), "ops", n: 1))
        result.values.append(
            .init(
                "virtual_throughput", Double(found.acknowledged) / (Double(found.elapsed.wholeNanoseconds) / 1e9),
                "ops/s", n: 1))
        if !found.refused.isEmpty {
            result.suspect("\(found.refused.count) crash states refused, first \(found.refused[0])")
        }
        if !found.invented.isEmpty {
            result.suspect("\(found.invented.count) crash states with invented data, first \(found.invented[0])")
        }
        return result
    }
}
