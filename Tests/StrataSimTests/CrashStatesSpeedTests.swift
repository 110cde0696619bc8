import StrataDisk
import StrataSim
import Testing

@Suite struct CrashStatesSpeedTests {
    /// A short log: a preallocated file of 16 KiB, 15 records of 300 bytes, a sync after every second.
    static func shortLog(method: SyncMethod) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let old = try disk.create("wal-00000000000000000001.seg", method: method)
        try old.write(run(9, 9000), at: 0)
        try old.sync()
        let file = try disk.create("wal-00000000000000000002.seg", method: method)
        try file.allocate(to: 16384, by: .fallocate)
        try file.sync()
        try disk.syncDirectory()
        for record in 0..<38 {
            try file.write(run(UInt8(record + 1), 300), at: record * 300)
            if record % 2 == 1 {
                try file.sync()
                disk.mark(UInt64(record))
            }
        }
        return disk
    }

    /// Prints, and asserts nothing about time.
    @Test func printStatesPerSecond() throws {
        let trace = try Self.shortLog(method: .fdatasync).trace
        var bounds = CrashStates.Bounds()
        bounds.subsets = 64
        let states = CrashStates(of: trace, bounds: bounds)
        let clock = SystemClock()
        for reads in [false, true] {
            let start = clock.nanoseconds()
            var count = 0
            var found = 0
            while clock.nanoseconds() - start < 300_000_000 {
                count += try states.forEach { state in
                    guard reads else { return }
                    for name in try state.disk.list() { found += try state.disk.bytes(of: name)!.count }
                }
            }
            let perSecond = Double(count) * 1e9 / Double(clock.nanoseconds() - start)
            print(
                "\(trace.pointCount) I/O points, \(reads ? "every file read" : "disks only"):",
                "\(Int(perSecond)) crash states/s")
            #expect(count > 1000)
            #expect(reads == (found > 0))
        }
    }
}
