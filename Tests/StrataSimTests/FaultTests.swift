import Glibc
import StrataDisk
import StrataSim
import Testing

@Suite struct FaultTests {
    /// One call of the sort, on files "f" and "g" that are there.
    private func perform(_ call: DiskFault.Call, on disk: SimulatedDisk, _ name: String = "f") throws {
        let file = try disk.open(name, .readWrite, method: .fdatasync)
        switch call {
        case .open: break
        case .read: _ = try file.bytes()
        case .write: try file.write([1], at: 0)
        case .sync: try file.sync()
        case .syncDirectory: try disk.syncDirectory()
        case .rename: try disk.rename(name, to: name)
        case .remove: try disk.remove("x")
        case .truncate: try file.truncate(to: 1)
        case .allocate: try file.allocate(to: try file.size() + 100, by: .none)
        }
    }

    private func twoFiles() -> SimulatedDisk {
        let disk = SimulatedDisk()
        disk.install("f", [7])
        disk.install("g", [7])
        disk.install("x", [7])
        return disk
    }

    private func errno(_ body: () throws -> Void) -> Int32? {
        do { try body() } catch let error as StorageError {
            if case .io(_, let code) = error.kind { return code }
        } catch {}
        return nil
    }

    @Test(arguments: DiskFault.Call.allCases, [EIO, ENOSPC])
    func theNthCallFailsAndThenTheNextOnes(_ call: DiskFault.Call, _ code: Int32) throws {
        let disk = twoFiles()
        disk.inject(DiskFault(call, .error(code), nth: 2, times: 2))
        let results = (0..<4).map { _ in
            errno {
                try perform(call, on: disk)
                if call == .remove { try disk.create("x").close() }
            }
        }
        #expect(results == [nil, code, code, nil])
    }

    @Test(arguments: [DiskFault.Call.open, .read, .write, .sync, .rename, .truncate, .allocate])
    func aFaultOfOneFileLeavesOthersAlone(_ call: DiskFault.Call) throws {
        let disk = twoFiles()
        disk.inject(DiskFault(call, of: "g"))
        #expect(errno { try perform(call, on: disk, "f") } == nil)
        #expect(errno { try perform(call, on: disk, "g") } == EIO)
        #expect(errno { try perform(call, on: disk, "g") } == nil)
    }

    @Test func aCallThatFailsHasDoneNothingAndIsAPoint() throws {
        for call in DiskFault.Call.allCases where call != .open && call != .read {
            let disk = twoFiles()
            let before = try files(of: disk)
            disk.inject(DiskFault(call))
            #expect(errno { try perform(call, on: disk) } == EIO)
            #expect(try files(of: disk) == before, "\(call)")
            #expect(disk.pointCount == 1, "\(call)")
            #expect(try outcomes(of: disk.trace, at: 1) == [before], "\(call)")
        }
        let disk = SimulatedDisk()
        disk.inject(DiskFault(.open, of: "new"))
        #expect(errno { _ = try disk.create("new") } == EIO)
        #expect(try disk.list().isEmpty)
        #expect(disk.pointCount == 1)
    }

    @Test func chanceIsDecidedByItsSeed() throws {
        func failures(_ seed: UInt64) throws -> [Bool] {
            let (disk, file) = try diskWithFile([0])
            disk.inject(.write, probability: 0.3, seed: seed)
            return (0..<200).map { _ in errno { try file.write([1], at: 0) } != nil }
        }
        #expect(try failures(1) == failures(1))
        #expect(try failures(1) != failures(2))
        #expect((30...90).contains(try failures(1).count { $0 }))
        let (disk, file) = try diskWithFile([0])
        disk.inject(.write, probability: 1, seed: 1)
        disk.removeFaults()
        try file.write([1], at: 0)
    }

    @Test func aShortWriteStoresItsStart() throws {
        let (disk, file) = try diskWithFile(run(1, 1024))
        disk.inject(DiskFault(.write, .short(bytes: 600)))
        #expect(errno { try file.writeAndSync(run(2, 1024), at: 0) } == ENOSPC)
        #expect(try file.bytes() == run(2, 600) + run(1, 424))
        // Not synced, so it may still tear.
        #expect(try outcomes(of: disk.trace, at: 1).count == 4)
        try file.sync()
        #expect(try outcomes(of: disk.trace, at: 2) == [["f": run(2, 600) + run(1, 424)]])
    }

    @Test func aMisdirectedWriteLandsElsewhereAndReportsNothing() throws {
        let (disk, file) = try diskWithFile(run(1, 8192))
        disk.inject(DiskFault(.write, .misdirected(by: 4096)))
        try file.writeAndSync(run(2, 512), at: 0)
        let expected = run(1, 4096) + run(2, 512) + run(1, 3584)
        #expect(try file.bytes() == expected)
        #expect(try disk.rebooted(keeping: .nothing).bytes(of: "f") == expected)
    }

    @Test func aFailedWriteThroughIsUnknownForEver() throws {
        let (disk, file) = try diskWithFile(run(1, 512), method: .dsync)
        disk.inject(DiskFault(.sync))
        #expect(errno { try file.writeAndSync(run(2, 512), at: 0) } == EIO)
        try file.sync()
        try file.writeAndSync([3], at: 0)
        #expect(
            try outcomes(of: disk.trace, at: disk.pointCount) == [["f": [3] + run(1, 511)], ["f": [3] + run(2, 511)]])
    }

    // Room

    @Test func aFullDiskTakesWhatFits() throws {
        let disk = SimulatedDisk()
        disk.capacity = 3 * 4096
        let file = try disk.create("f")
        try file.write(run(1, 4096), at: 0)
        #expect(errno { try file.write(run(2, 3 * 4096), at: 4096) } == ENOSPC)
        #expect(try file.bytes() == run(1, 4096) + run(2, 8192))
        try file.write(run(3, 4096), at: 0)
        try file.truncate(to: 4096)
        #expect(disk.usedBytes == 4096)
        try file.write(run(4, 100), at: 9000)
        #expect(errno { try file.write(run(4, 5000), at: 4096) } == nil)
        #expect(disk.usedBytes == 3 * 4096)
        try file.close()
        try disk.remove("f")
        #expect(disk.usedBytes == 0)
    }

    @Test(arguments: Preallocation.allCases)
    func reservedRoomIsThereWhenItIsNeeded(_ way: Preallocation) throws {
        let disk = SimulatedDisk()
        disk.capacity = 4 * 4096
        let file = try disk.create("f")
        let other = try disk.create("g")
        try file.allocate(to: 3 * 4096, by: way)
        #expect(try file.bytes() == run(0, 3 * 4096))
        #expect(disk.usedBytes == (way == .none ? 0 : 3 * 4096))
        let taken = errno { try other.write(run(1, 2 * 4096), at: 0) }
        #expect(taken == (way == .none ? nil : ENOSPC))
        let mine = errno { try file.write(run(2, 3 * 4096), at: 0) }
        #expect(mine == (way == .none ? ENOSPC : nil))
    }

    @Test(arguments: Preallocation.allCases)
    func allocationFailsBeforeTheRoomIsNeeded(_ way: Preallocation) throws {
        let disk = SimulatedDisk()
        disk.capacity = 4096
        let file = try disk.create("f")
        #expect(errno { try file.allocate(to: 8192, by: way) } == (way == .none ? nil : ENOSPC))
        #expect(try file.size() == [.none: 8192, .fallocate: 0, .zeroFill: 4096][way])
    }

    // Power

    @Test func withoutPowerEveryCallSaysSo() throws {
        let (disk, file) = try diskWithFile([1])
        disk.powerOff()
        let lost = { (name: String) in StorageError(kind: .powerLost, file: name) }
        #expect(throws: lost("/sim/f")) { try file.size() }
        #expect(throws: lost("/sim/f")) { try file.bytes() }
        #expect(throws: lost("/sim/f")) { try file.write([2], at: 0) }
        #expect(throws: lost("/sim/f")) { try file.writeAndSync([2], at: 0) }
        #expect(throws: lost("/sim/f")) { try file.sync() }
        #expect(throws: lost("/sim/f")) { try file.truncate(to: 0) }
        #expect(throws: lost("/sim/f")) { try file.allocate(to: 10, by: .none) }
        #expect(throws: lost("/sim/f")) { try disk.open("f", .read, method: .fdatasync) }
        #expect(throws: lost("/sim/f")) { try disk.rename("f", to: "g") }
        #expect(throws: lost("/sim/f")) { try disk.remove("f") }
        #expect(throws: lost("/sim/LOCK")) { try disk.lock("LOCK") }
        #expect(throws: lost("/sim")) { try disk.list() }
        #expect(throws: lost("/sim")) { try disk.syncDirectory() }
        try file.close()
        #expect(disk.pointCount == 0)
        #expect(try disk.rebooted(keeping: .nothing).bytes(of: "f") == [1])
    }

    // Time

    @Test func callsTakeTheTimeOfTheDevice() throws {
        let (disk, file) = try diskWithFile([])
        let clock = SimulatedClock(startingAt: 5)
        var device = DeviceModel(transferNanosecondsPerByte: 2, flushNanoseconds: 1000)
        device.callNanoseconds = 10
        device.copyNanosecondsPerByte = 1
        disk.setDevice(device, clock: clock)
        func cost(_ body: () throws -> Void) rethrows -> UInt64 {
            let before = clock.nanoseconds()
            try body()
            return clock.nanoseconds() - before
        }
        #expect(try cost { try file.write(run(1, 100), at: 0) } == 110)
        #expect(try cost { try file.sync() } == 10 + 200 + 1000)
        #expect(try cost { try file.sync() } == 1010)
        #expect(try cost { try file.writeAndSync(run(1, 100), at: 0) } == 110 + 1210)
        #expect(try cost { try disk.syncDirectory() } == 1010)
        let relaxed = try disk.open("f", .readWrite, method: .syncFileRange)
        #expect(try cost { try relaxed.sync() } == 10)
        clock.advance(by: .milliseconds(3))
        #expect(clock.nanoseconds() > 3_000_000)
        #expect(try cost { _ = try disk.killed().list() } == 0)
    }

    @Test func theFlushOrdersTheDevices() {
        let flushes = [DeviceModel.batteryBackedNVMe, .consumerSSD, .hardDisk].map(\.flushNanoseconds)
        #expect(flushes == flushes.sorted())
    }
}
