import StrataDisk
import StrataJournal
import StrataReplica
import StrataSim
import StrataWAL
import Testing

@Suite struct LocalLogTests {
    private func open(
        _ disk: SimulatedDisk, _ options: WALOptions = .small(), clock: SetWallClock = SetWallClock(),
        checkpointEvery every: Int = .max
    ) throws(StorageError) -> LocalLog<CounterMachine> {
        var local = LocalLogOptions()
        local.checkpointsInline = true
        return try LocalLog(
            machine: CounterMachine(on: disk, checkpointEvery: every), wallClock: clock, options: local
        ) { (from, replay) throws(StorageError) in
            try WriteAheadLog(on: LogDirectory(disk), options: options, replayFrom: from, replay: replay)
        }
    }

    @Test func whatWasExecutedIsThereAfterAReopen() throws {
        var disk = SimulatedDisk()
        var log = try open(disk)
        for number in 1...50 as ClosedRange<UInt64> {
            #expect(try log.execute(command(number).span.bytes) == number * (number + 1) / 2)
            #expect(log.machine.visible == number)
        }
        let items = log.machine.items
        (log.log as? WriteAheadLog)?.abandon()
        disk = disk.killed()
        log = try open(disk)
        #expect(log.machine.items == items)
        #expect(log.recovery.replayedEntries == 50)
        #expect(log.recovery.fit == .replay(1..<51))
        #expect(try log.execute(command(1).span.bytes) == 1276)
        try log.close()
    }

    @Test func onlyWhatTheCheckpointLacksIsReplayed() throws {
        let disk = SimulatedDisk()
        var log = try open(disk)
        for number in 1...30 as ClosedRange<UInt64> { _ = try log.execute(command(number).span.bytes) }
        try log.checkpoint()
        for number in 31...34 as ClosedRange<UInt64> { _ = try log.execute(command(number).span.bytes) }
        try log.close()
        log = try open(disk)
        #expect(log.recovery.fit == .replay(31..<35))
        #expect(log.recovery.replayedEntries == 4)
        #expect(log.recovery.replayedBytes == 32)
        #expect(log.machine.items.map(\.number) == Array(1...34))
        try log.close()
    }

    /// Entries go when two checkpoints hold them, so that the loss of the newer one loses nothing.
    @Test func entriesStayUntilTwoCheckpointsHoldThem() throws {
        let disk = SimulatedDisk()
        let log = try open(disk)
        func fill(_ count: Int) throws { for _ in 0..<count { _ = try log.execute(command(1, size: 500).span.bytes) } }
        try fill(40)
        try log.checkpoint()
        #expect(log.log.firstIndex == 1)
        try fill(40)
        try log.checkpoint()
        #expect((2...41).contains(log.log.firstIndex))
        try fill(40)
        try log.checkpoint()
        #expect((42...81).contains(log.log.firstIndex))
    }

    @Test func timeNeverGoesBack() throws {
        let disk = SimulatedDisk()
        let clock = SetWallClock(5000)
        var log = try open(disk, clock: clock)
        for time in [5000, 4000, 6000, 100] as [UInt64] {
            clock.set(time)
            _ = try log.execute(command(1).span.bytes)
        }
        #expect(log.machine.items.map(\.time) == [5000, 5000, 6000, 6000])
        // Neither over a replay, nor over a checkpoint after which nothing is replayed.
        for checkpoints in [false, true] {
            if checkpoints { try log.checkpoint() }
            try log.close()
            log = try open(disk, clock: clock)
            _ = try log.execute(command(1).span.bytes)
            #expect(log.machine.items.last?.time == 6000)
        }
        try log.close()
    }

    @Test func aSubmittedCommandIsVisibleOnceWaitedFor() throws {
        let log = try open(SimulatedDisk())
        var last: UInt64 = 0
        for number in 1...10 as ClosedRange<UInt64> { last = try log.submit(command(number).span.bytes).index }
        #expect(log.machine.visible == 0)
        #expect(try log.wait(through: last) == 10)
        #expect(log.machine.visible == 10)
    }

    @Test func checkpointsAreMadeWhenTheMachineWantsThem() throws {
        let log = try open(SimulatedDisk(), checkpointEvery: 10)
        for number in 1...35 as ClosedRange<UInt64> { _ = try log.execute(command(number).span.bytes) }
        #expect(log.checkpointCount == 3)
    }

    @Test func aCommandThatTheMachineCannotDigestIsNeverLogged() throws {
        let disk = SimulatedDisk()
        var log = try open(disk)
        _ = try log.execute(command(1).span.bytes)
        let short: [UInt8] = [1, 2, 3]
        #expect(failure { () throws(StorageError) in _ = try log.execute(short.span.bytes) } != nil)
        (log.log as? WriteAheadLog)?.abandon()
        log = try open(disk.killed())
        #expect(log.machine.items.map(\.number) == [1])
    }

    @Test func aFailedLogRefusesCommandsAndCheckpoints() throws {
        let disk = SimulatedDisk()
        let log = try open(disk)
        _ = try log.execute(command(1).span.bytes)
        disk.inject(DiskFault(.write, .ioError))
        disk.inject(DiskFault(.sync, .ioError))
        #expect(failure { () throws(StorageError) in _ = try log.execute(command(2).span.bytes) } != nil)
        let refused = failure { () throws(StorageError) in _ = try log.execute(command(3).span.bytes) }
        guard case .poisoned = refused?.kind else {
            Issue.record("not refused but \(String(describing: refused))")
            return
        }
        #expect(failure { () throws(StorageError) in try log.checkpoint() } != nil)
        // What was never acknowledged is not shown.
        #expect(log.machine.visible == 1)
    }

    @Test func aFailedCheckpointRefusesCommands() throws {
        let disk = SimulatedDisk()
        let log = try open(disk)
        _ = try log.execute(command(1).span.bytes)
        disk.inject(DiskFault(.write, .noSpace, of: CounterMachine.file))
        #expect(failure { () throws(StorageError) in try log.checkpoint() } != nil)
        #expect(failure { () throws(StorageError) in _ = try log.execute(command(2).span.bytes) } != nil)
        (log.log as? WriteAheadLog)?.abandon()
        let again = try open(disk.killed())
        #expect(again.machine.items.map(\.number) == [1])
    }

    @Test func aLogThatEndsBeforeTheCheckpointGoesOnBehindIt() throws {
        let disk = SimulatedDisk()
        var log = try open(disk)
        for number in 1...5 as ClosedRange<UInt64> { _ = try log.execute(command(number).span.bytes) }
        try log.checkpoint()
        try log.close()
        for name in try disk.list() where name.hasPrefix("wal-") { try disk.remove(name) }
        try disk.syncDirectory()
        log = try open(disk)
        #expect(log.recovery.fit == .restart(next: 6))
        #expect(try log.execute(command(6).span.bytes) == 21)
        #expect(log.lastIndex == 6)
        try log.close()
        log = try open(disk)
        #expect(log.machine.items.map(\.number) == Array(1...6))
        try log.close()
    }

    @Test func aLogThatBeginsBehindTheCheckpointIsRefused() throws {
        let disk = SimulatedDisk()
        let log = try open(disk)
        for _ in 1...3 {
            for _ in 0..<40 { _ = try log.execute(command(1, size: 500).span.bytes) }
            try log.checkpoint()
        }
        #expect(log.log.firstIndex > 1)
        try log.close()
        try disk.remove(CounterMachine.file)
        try disk.syncDirectory()
        let refused = failure { () throws(StorageError) in _ = try open(disk) }
        #expect("\(refused.map { "\($0)" } ?? "")".contains("are lost"), "\(String(describing: refused))")
        // And nothing was taken away by trying.
        #expect(failure { () throws(StorageError) in _ = try open(disk) } == refused)
    }

    @Test func withoutALogOnlyCheckpointsLast() throws {
        let disk = SimulatedDisk()
        func open() throws(StorageError) -> LocalLog<CounterMachine> {
            try LocalLog(machine: CounterMachine(on: disk)) { (_, _) in AbsentLog() }
        }
        var log = try open()
        for number in 1...5 as ClosedRange<UInt64> { _ = try log.execute(command(number).span.bytes) }
        try log.checkpoint()
        _ = try log.execute(command(6).span.bytes)
        try log.close()
        log = try open()
        #expect(log.machine.items.map(\.number) == Array(1...5))
        #expect(try log.execute(command(9).span.bytes) == 24)
        #expect(log.lastIndex == 6)
    }

    /// Writers, waiters and a thread that makes checkpoints, all at once: every reply is its command's.
    @Test func manyThreadsKeepOneOrder() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small()
        options.threading = .threads
        options.segmentBytes = 1 << 16
        let log = try LocalLog(machine: CounterMachine(on: disk, checkpointEvery: 100)) {
            (from, replay) throws(StorageError) in
            try WriteAheadLog(on: LogDirectory(disk), options: options, replayFrom: from, replay: replay)
        }
        let isDone = FutexWord()
        let checkpoints = WorkerThread(name: "checkpoint") {
            while isDone.value == 0 {
                if log.sleepUntilCheckpointIsWanted(atMost: 50_000_000) {
                    #expect(failure { () throws(StorageError) in try log.checkpoint() } == nil)
                }
            }
        }
        let writers = (0..<4).map { writer in
            WorkerThread(name: "writer \(writer)") {
                var seen: UInt64 = 0
                for step in 0..<250 as Range<UInt64> {
                    let error = failure { () throws(StorageError) in
                        let bytes = command(1)
                        let sum: UInt64
                        if step % 2 == 0 {
                            sum = try log.execute(bytes.span.bytes)
                        } else {
                            let submitted = try log.submit(bytes.span.bytes)
                            _ = try log.wait(through: submitted.index)
                            #expect(submitted.reply == submitted.index)
                            sum = submitted.reply
                        }
                        #expect(sum > seen)
                        #expect(log.machine.visible >= sum)
                        seen = sum
                    }
                    #expect(error == nil)
                }
            }
        }
        for writer in writers { writer.join() }
        isDone.advance()
        log.wakeCheckpointer()
        checkpoints.join()
        #expect(log.machine.items.count == 1000)
        try log.checkpoint()
        #expect(log.checkpointCount >= 1)
        #expect(log.machine.releasableIndex <= 1000)
        try log.close()
    }
}
