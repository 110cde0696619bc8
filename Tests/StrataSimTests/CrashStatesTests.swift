import StrataDisk
import StrataSim
import Testing

@Suite struct CrashStatesTests {
    /// Calls of every sort; cut short by the power where it is off. Marks after each durable step.
    private func busyWork(on disk: SimulatedDisk) throws {
        let log = try disk.create("log")
        try log.allocate(to: 2048, by: .fallocate)
        try log.sync()
        try disk.syncDirectory()
        disk.mark(1)
        try log.write(run(1, 700), at: 0)
        try log.write(run(2, 700), at: 700)
        try log.sync()
        disk.mark(2)
        let through = try disk.open("log", .readWrite, method: .dsync)
        try through.write(run(3, 600), at: 300)
        try through.writeAndSync(run(4, 600), at: 600)
        let next = try disk.create("next")
        try next.writeAndSync(run(5, 20), at: 0)
        try disk.rename("next", to: "log")
        try disk.syncDirectory()
        disk.mark(3)
        try log.truncate(to: 10)
        try disk.create("last").write(run(6, 600), at: 512)
        try disk.remove("last")
    }

    private func busyTrace() throws -> DiskTrace {
        let disk = SimulatedDisk()
        try busyWork(on: disk)
        return disk.trace
    }

    @Test func aCutAtAPointIsACutWhileItsCallIsUnderWay() throws {
        let trace = try busyTrace()
        #expect(trace.pointCount == 17)
        for point in 0..<trace.pointCount {
            let disk = SimulatedDisk()
            disk.powerOff(atPoint: point)
            #expect(throws: StorageError.self) { try busyWork(on: disk) }
            #expect(disk.pointCount == point + 1)
            #expect(throws: StorageError(kind: .powerLost, file: "/sim")) { try disk.list() }
            #expect(
                try outcomes(of: disk.trace, at: point + 1) == outcomes(of: trace, at: point), "I/O point \(point)")
        }
    }

    @Test func theLastCallBeforeAPointIsDone() throws {
        let (disk, file) = try diskWithFile(run(1, 512))
        try file.write(run(2, 512), at: 0)
        try file.sync()
        try file.sync()
        #expect(try outcomes(of: disk.trace, at: 1).count == 2)
        #expect(try outcomes(of: disk.trace, at: 2) == [["f": run(2, 512)]])
    }

    @Test(arguments: [1, 16, 256, 4096])
    func boundedEnumerationsAreLegalAndRepeatByNameAndSeed(_ subsets: Int) throws {
        let trace = try busyTrace()
        var bounds = CrashStates.Bounds()
        bounds.subsets = subsets
        bounds.singles = 5
        let states = CrashStates(of: trace, bounds: bounds)
        var ids: [String] = []
        var found: [[String: [UInt8]]] = []
        try states.forEach { state in
            ids.append("\(state.id)")
            found.append(try files(of: state.disk))
        }
        var index = 0
        let count = try CrashStates(of: trace, bounds: bounds).forEach { state in
            #expect("\(state.id)" == ids[index])
            let files = try files(of: state.disk)
            #expect(files == found[index], "state \(state.id)")
            index += 1
        }
        #expect(count == ids.count)
        let legal = try (0...trace.pointCount).map { try outcomes(of: trace, at: $0) }
        for (id, files) in zip(ids, found) {
            let name = try #require(CrashState.ID(id))
            let again = try #require(states.state(name))
            #expect(try StrataSimTests.files(of: again.disk) == files, "state \(id)")
            #expect("\(again.id)" == id)
            #expect(legal[again.point].contains(files), "state \(id)")
        }
    }

    /// Ten sectors written, none synced.
    private func tenSectors() throws -> DiskTrace {
        let (disk, file) = try diskWithFile(run(0, 5120))
        for sector in 0..<8 { try file.write(run(1, 512), at: sector * 512) }
        try file.write(run(1, 1024), at: 8 * 512)
        return disk.trace
    }

    private func sectors(of disk: SimulatedDisk) throws -> [Int] {
        let bytes = try disk.bytes(of: "f")!
        return (0..<10).filter { bytes[$0 * 512] == 1 }
    }

    @Test func allSubsetsUpToTheBoundAreVisitedOnce() throws {
        var bounds = CrashStates.Bounds()
        bounds.subsets = 1024
        bounds.points = 9..<10
        var found: Set<[Int]> = []
        let states = CrashStates(of: try tenSectors(), bounds: bounds)
        let count = try states.forEach { found.insert(try sectors(of: $0.disk)) }
        #expect(count == 1024 && found.count == 1024)
    }

    @Test func beyondTheBoundEachSingleOneIsKeptAndDropped() throws {
        var bounds = CrashStates.Bounds()
        bounds.subsets = 1023
        bounds.points = 9..<10
        bounds.random = 50
        var found: Set<[Int]> = []
        try CrashStates(of: try tenSectors(), bounds: bounds).forEach { found.insert(try sectors(of: $0.disk)) }
        #expect(found.isSuperset(of: [[], Array(0..<10)]))
        for sector in 0..<10 { #expect(found.isSuperset(of: [[sector], (0..<10).filter { $0 != sector }])) }
        // The last write as a whole, and torn.
        #expect(found.isSuperset(of: [[8, 9], Array(0..<8), Array(0..<9)]))
        #expect(found.contains { (2...7).contains($0.count) })
        bounds.seed = 2
        var others: Set<[Int]> = []
        try CrashStates(of: try tenSectors(), bounds: bounds).forEach { others.insert(try sectors(of: $0.disk)) }
        #expect(found != others)
    }

    @Test func onlyTheChosenPointsAreVisited() throws {
        var bounds = CrashStates.Bounds()
        bounds.every = 3
        var points: Set<Int> = []
        CrashStates(of: try tenSectors(), bounds: bounds).forEach { _ = points.insert($0.point) }
        #expect(points == [0, 3, 6, 9])
    }

    @Test func aStateKnowsTheAcknowledgementsBeforeIt() throws {
        var seen: [Int: [UInt64]] = [:]
        CrashStates(of: try busyTrace()).forEach { seen[$0.point] = Array($0.marks) }
        #expect(seen[0] == [])
        #expect(seen[3] == [])
        #expect(seen[4] == [1])
        #expect(seen[5] == [1])
        #expect(seen[7] == [1, 2])
        #expect(seen[16] == [1, 2, 3])
    }

    @Test func statesThatTwoPointsHaveInCommonAreGivenOnce() throws {
        let (disk, file) = try diskWithFile([1])
        try file.write([2], at: 0)
        try file.sync()
        try file.sync()
        disk.mark(1)
        var points: [Int] = []
        CrashStates(of: disk.trace).forEach { points.append($0.point) }
        // The first sync (1) may lose what the write (0) may; the second (2) can lose nothing any more, and after it (3)
        // only the mark is new.
        #expect(points == [0, 0, 2, 3])
    }

    @Test func aStateIsADiskOfItsOwn() throws {
        let states = CrashStates(of: try tenSectors())
        try states.forEach { state in
            let file = try state.disk.open("f", .readWrite, method: .fdatasync)
            try file.write(run(9, 5120), at: 0)
            try file.sync()
            try state.disk.rename("f", to: "g")
        }
        let last = try #require(states.state(CrashState.ID(point: 9, recipe: .everything)))
        #expect(try last.disk.bytes(of: "f") == run(1, 5120))
    }

    @Test func powerCutsDuringRecoveryFollowTheRecordedTrace() throws {
        var bounds = CrashStates.Bounds()
        bounds.recordsTrace = true
        let states = CrashStates(of: try tenSectors(), bounds: bounds)
        let state = try #require(states.state(CrashState.ID(point: 9, recipe: .nothing)))
        try state.disk.open("f", .readWrite, method: .fdatasync).truncate(to: 512)
        #expect(try outcomes(of: state.disk.trace, at: 1) == [["f": run(0, 5120)], ["f": run(0, 512)]])
    }

    @Test func aTraceGoesOnAfterAKill() throws {
        let (disk, file) = try diskWithFile(run(1, 512))
        try file.write(run(2, 512), at: 0)
        let next = disk.killed()
        #expect(throws: StorageError(kind: .powerLost, file: "/sim/f")) { try file.sync() }
        let reopened = try next.open("f", .readWrite, method: .fdatasync)
        try reopened.write([3], at: 512)
        #expect(next.pointCount == 2)
        #expect(try outcomes(of: next.trace, at: 2).count == 6)
        next.restartTrace()
        #expect(try outcomes(of: next.trace, at: 0).count == 6)
        try reopened.sync()
        #expect(try outcomes(of: next.trace, at: 1).count == 1)
    }

    // Failures

    @Test(arguments: [
        ([3], [7], "8:units=0-2,4-9"), ([3, 5], [7], "8:units=7"), ([3], [], "8:nothing"), ([], [0], "8:everything"),
    ])
    func aFailureIsReducedToWhatItTakes(_ dropped: [Int], _ kept: [Int], _ id: String) throws {
        let fails = { (state: CrashState) -> Bool in
            guard state.point == 8, let sectors = try? sectors(of: state.disk) else { return false }
            return Set(sectors).isDisjoint(with: dropped) && Set(sectors).isSuperset(of: kept)
        }
        let states = CrashStates(of: try tenSectors())
        let failure = try #require(states.firstFailure(where: fails))
        #expect("\(failure.id)" == id)
        #expect(fails(failure))
        states.forEach { state in
            if fails(state) { #expect("\(states.minimised(state, where: fails).id)" == id) }
        }
        #expect(states.firstFailure { _ in false } == nil)
    }

    @Test func aStateTellsWhatWasKept() throws {
        let disk = SimulatedDisk()
        let file = try disk.create("a")
        try file.write(run(1, 1100), at: 100)
        disk.mark(9)
        try disk.rename("a", to: "b")
        let id = try #require(CrashState.ID("2:units=1,3"))
        let state = try #require(CrashStates(of: disk.trace).state(id))
        #expect(
            "\(state)" == """
                state 2:units=1,3: power cut at I/O point 2 (rename a to b), 1 acknowledged
                  #0 create a: dropped
                  #1 write a 100..<1200 growing it: torn: of sectors 0-2 kept 0, 2, size dropped
                  #2 rename a to b: dropped
                """)
    }

    @Test(arguments: [
        "0:nothing", "3:everything", "17:drop=3", "1:keep=0", "2:drop-change=1", "2:keep-change=4", "5:prefix=7",
        "9:subset=1ff", "9:random=ffffffffffffffff", "4:units=0,2-5,9", "4:units=",
    ])
    func anIDReadsBack(_ text: String) throws { #expect(CrashState.ID(text)?.description == text) }

    @Test(arguments: ["10:nothing", "9223372036854775807:nothing"])
    func aPointThatThereIsNotHasNoState(_ text: String) throws {
        let id = try #require(CrashState.ID(text))
        #expect(CrashStates(of: try tenSectors()).state(id) == nil)
    }

    @Test func unitsThatThereAreNotChangeNothing() throws {
        let states = CrashStates(of: try tenSectors())
        for text in ["8:units=0-9223372036854775806", "8:prefix=99", "8:drop=99", "8:drop-change=99", "8:subset=ffff"] {
            let id = try #require(CrashState.ID(text))
            let state = try #require(states.state(id))
            #expect(try sectors(of: state.disk) == Array(0..<10), "\(text)")
        }
    }

    @Test(arguments: [
        "", "3", "x:nothing", "-1:nothing", "3:", "3:drop", "3:drop=-1", "3:units=5-2", "3:units=a", "3:all",
    ])
    func otherTextsAreNoID(_ text: String) { #expect(CrashState.ID(text) == nil) }
}
