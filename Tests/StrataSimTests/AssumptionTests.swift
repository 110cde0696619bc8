import StrataDisk
import StrataSim
import StrataTesting
import Testing

/// The assumptions of `Disk`, as sets of outcomes: one too few or too many fails.
@Suite struct AssumptionTests {
    @Test func everyOutcomeOfAPowerCutIsLegalAndAppears() throws {
        try ScriptRunner.run("testdata") { PowerCutScript().answer }
    }

    private func busyDisk() throws -> SimulatedDisk {
        let (disk, file) = try diskWithFile(run(1, 1024))
        try file.write(run(2, 1024), at: 0)
        try disk.rename("f", to: "g")
        try disk.create("h").write(run(3, 10), at: 0)
        return disk
    }

    @Test func oneShotRebootsFindTheSameOutcomesAsTheEnumeration() throws {
        let disk = try busyDisk()
        let enumerated = try outcomes(of: disk.trace, at: disk.pointCount)
        var drawn: Set<[String: [UInt8]]> = []
        for seed in 0..<2000 {
            drawn.insert(try files(of: disk.rebooted(keeping: .randomSectors(seed: UInt64(seed)))))
        }
        #expect(drawn == enumerated)
        #expect(drawn.contains(try files(of: disk.rebooted(keeping: .nothing))))
        #expect(drawn.contains(try files(of: disk.rebooted(keeping: .everything))))
        #expect(try files(of: disk.rebooted(keeping: .nothing)) == ["f": run(1, 1024)])
        #expect(try files(of: disk.rebooted(keeping: .everything)) == ["g": run(2, 1024), "h": run(3, 10)])
    }

    @Test func oneSeedIsOneOutcome() throws {
        let disk = try busyDisk()
        for seed in 0..<20 as Range<UInt64> {
            let kept = SimulatedDisk.Kept.randomSectors(seed: seed)
            #expect(try files(of: disk.rebooted(keeping: kept)) == files(of: disk.rebooted(keeping: kept)))
        }
    }

    // Assumption 5: stored bytes may rot.

    @Test func aRottenBitIsReadAndSurvivesAReboot() throws {
        let (disk, _) = try diskWithFile(run(1, 5000))
        try disk.rot("f", at: 4999, mask: 0x80)
        #expect(try disk.bytes(of: "f")! == run(1, 4999) + [0x81])
        for rotten in [disk.rebooted(keeping: .nothing), disk.killed()] {
            #expect(try rotten.bytes(of: "f")! == run(1, 4999) + [0x81])
        }
    }

    @Test func rotIsInTheCrashStatesFromItsMomentOn() throws {
        let (disk, file) = try diskWithFile([1, 1])
        try file.sync()
        try disk.rot("f", at: 0, mask: 2)
        try file.sync()
        var found: [Int: [UInt8]] = [:]
        try CrashStates(of: disk.trace).forEach { found[$0.point] = try $0.disk.bytes(of: "f")! }
        #expect(found[0] == [1, 1])
        #expect(found[1] == [3, 1])
    }

    @Test func aWriteOverRotRepairsIt() throws {
        let (disk, file) = try diskWithFile([1, 1])
        try file.write([5], at: 0)
        try disk.rot("f", at: 0, mask: 0xFF)
        #expect(try file.bytes() == [5, 1])
        #expect(try disk.rebooted(keeping: .nothing).bytes(of: "f") == [0xFE, 1])
        #expect(try disk.rebooted(keeping: .everything).bytes(of: "f") == [5, 1])
    }

    @Test func randomRotFlipsExactlyTheBitsThatItReports() throws {
        let disk = SimulatedDisk()
        disk.install("a", run(0, 3000))
        disk.install("b", run(0, 9000))
        let flipped = disk.rotRandomBits(7, seed: 3)
        var expected = ["a": run(0, 3000), "b": run(0, 9000)]
        for (name, offset, bit) in flipped { expected[name]![offset] ^= 1 << UInt8(bit) }
        #expect(try files(of: disk) == expected)
        let bits = expected.values.joined().reduce(0) { $0 + $1.nonzeroBitCount }
        #expect(flipped.count == 7 && bits > 0)
    }

    @Test func onlyDurableBytesRot() throws {
        let disk = SimulatedDisk()
        try disk.create("f").write([1], at: 0)
        #expect(throws: StorageError.self) { try disk.rot("f", at: 0, mask: 1) }
        #expect(disk.rotRandomBits(1, seed: 1).isEmpty)
    }
}
