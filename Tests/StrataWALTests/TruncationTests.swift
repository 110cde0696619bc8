import StrataDisk
import StrataJournal
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// Giving up entries at either end, and going on.
@Suite struct TruncationTests {
    private func filled(_ count: Int, size: Int, blocks: Int = 64, on disk: any Disk) throws(StorageError)
        -> WriteAheadLog
    {
        let log = try WriteAheadLog(on: disk, options: .small(blocks: blocks))
        for number in 1...count { try log.submit(payload(number, size: size)) }
        _ = try log.wait(through: UInt64(count))
        return log
    }

    /// Within a block (of four entries), at its edge, across segments, and everything.
    @Test(arguments: [(19, 100), (16, 100), (17, 100), (3, 1300), (7, 1300), (0, 1300), (1, 100)])
    func afterTheCutTheLogGoesOn(_ cut: Int, _ size: Int) throws {
        for reopens in [false, true] {
            for isClean in [false, true] {
                let disk = SimulatedDisk(recordsTrace: false)
                var log = try filled(20, size: size, blocks: 400, on: disk)
                for round in 1...3 {
                    try log.truncateBack(after: UInt64(cut))
                    #expect(log.lastIndex == UInt64(cut) && log.durableIndex == UInt64(cut))
                    var expected = (0..<cut).map { Entry(index: UInt64($0 + 1), payload: payload($0 + 1, size: size)) }
                    #expect(try log.entries() == expected)
                    for step in 1...round * 2 {
                        let bytes = payload(1000 * round + step, size: 50 + step)
                        expected.append(Entry(index: try log.append(bytes), payload: bytes))
                    }
                    #expect(try log.entries() == expected)
                    guard reopens else { continue }
                    if isClean { try log.close() } else { log.abandon() }
                    #expect(try recovered(disk, .small()).entries == expected)
                    log = try WriteAheadLog(on: disk, options: .small())
                }
                log.abandon()
            }
        }
    }

    @Test func beyondItsEndsNothingIsTruncated() throws {
        let log = try filled(20, size: 1300, on: SimulatedDisk(recordsTrace: false))
        try log.truncateBack(after: 20)
        try log.truncateBack(after: 900)
        #expect(log.lastIndex == 20)
        try log.truncateFront(before: 9)
        let first = log.firstIndex
        #expect(first > 1 && first <= 9)
        try log.truncateFront(before: 1)
        #expect(log.firstIndex == first)
        #expect(failure { () throws(StorageError) in try log.truncateBack(after: first - 2) } != nil)
        #expect(failure { () throws(StorageError) in _ = try log.entries(from: first - 1) } != nil)
        #expect(try log.entries(from: 21).isEmpty)
        try log.truncateBack(after: first - 1)
        #expect(log.firstIndex == first && log.lastIndex == first - 1)
        #expect(try log.append([7]) == first)
        try log.truncateFront(before: 10_000)
        #expect(try log.append([8]) == first + 1)
        log.abandon()
    }

    @Test func retiredSegmentsServeAgain() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try filled(24, size: 1300, on: disk)
        try log.truncateFront(before: 20)
        let pooled = try disk.list().filter { $0.hasPrefix("pool-") }
        #expect(pooled.count == 2)
        for number in 25..<40 {
            try log.append(payload(number, size: 1300))
            try log.truncateFront(before: UInt64(number - 4))
        }
        #expect(try disk.list().count < 10)
        #expect(try log.entries(from: 36).map(\.index) == [36, 37, 38, 39])
        let expected = try log.entries()
        log.abandon()
        #expect(try recovered(disk, .small()).entries == expected)
    }

    @Test func retentionKeepsWholeSegmentsWithinItsBound() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small()
        options.retainedBytes = 12_288
        let log = try WriteAheadLog(on: disk, options: options)
        for number in 1...60 { try log.append(payload(number, size: 1000)) }
        #expect(log.firstIndex > 40 && log.firstIndex < 56)
        let expected = try log.entries()
        #expect(expected.last?.index == 60)
        log.abandon()
        #expect(try recovered(disk, options).entries == expected)
    }

    @Test(arguments: [UInt64(1), 5, 21, 22, 1000])
    func aResetGivesUpEverythingWhereverItGoesOn(_ next: UInt64) throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try filled(21, size: 1000, on: disk)
        try log.truncateFront(before: 3)
        try log.reset(next: next)
        #expect(log.firstIndex == next && log.lastIndex == next - 1)
        #expect(try log.entries().isEmpty)
        #expect(try log.append([1, 2]) == next)
        log.abandon()
        #expect(try recovered(disk, .small()).entries == [Entry(index: next, payload: [1, 2])])
    }

    @Test func whatAFailedTruncationLeftIsNotBuiltOn() throws {
        for call in [DiskFault.Call.rename, .remove, .syncDirectory, .sync, .write, .allocate, .open] {
            for nth in 1...6 {
                let disk = SimulatedDisk(recordsTrace: false)
                let log = try filled(16, size: 1300, on: disk)
                let before = try log.entries()
                disk.inject(DiskFault(call, nth: nth))
                let failed = failure { () throws(StorageError) in
                    try log.truncateBack(after: 6)
                    try log.truncateFront(before: 5)
                }
                guard failed != nil else { continue }
                disk.removeFaults()
                let refused = failure { () throws(StorageError) in _ = try log.append([1]) }
                guard case .poisoned = refused?.kind else {
                    Issue.record(
                        "\(call) \(nth): \(refused.map { "\($0)" } ?? "appended to a log in an unknown state")")
                    continue
                }
                log.abandon()
                let found = try recovered(disk, .small()).entries
                #expect(
                    found == Array(before[Int((found.first?.index ?? 1) - 1)..<Int(found.last?.index ?? 0)]),
                    "\(call) \(nth)")
                #expect((found.first?.index ?? 1) <= 5 && found.last?.index ?? 0 >= 6, "\(call) \(nth)")
            }
        }
    }
}
