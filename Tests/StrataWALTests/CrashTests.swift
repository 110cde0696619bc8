import StrataDisk
import StrataJournal
import StrataSim
import StrataWAL
import Testing

/// The power fails at every call, in every legal way: nothing promised is lost, and nothing else is made of the bytes.
@Suite struct CrashTests {
    enum Plot: CaseIterable {
        case appending, batches, rotating, recycling, truncatingFront, truncatingBack, truncatingAcrossSegments
        case resetting, closing, reopening, killedAndReopened, largeEntries
    }

    static func tell(_ plot: Plot, _ options: WALOptions, wrap: @escaping (any Disk) -> any Disk = { $0 })
        throws(StorageError) -> Story
    {
        let story = Story(options, wrap: wrap)
        try act(plot, story)
        return story
    }

    private static func act(_ plot: Plot, _ story: Story) throws(StorageError) {
        try story.start()
        switch plot {
        case .appending: for size in [10, 0, 700, 3, 90] { try story.append(size) }
        case .batches:
            try story.batch([40, 40, 40, 600])
            try story.batch([1, 2, 3])
            try story.append(20)
        case .rotating: for size in [1500, 1500, 1500, 10, 3000, 10] { try story.append(size) }
        case .recycling:
            for round in 1...3 {
                for _ in 0..<4 { try story.append(1300) }
                try story.truncateFront(before: UInt64(round * 4 - 1))
            }
            try story.append(30)
        case .truncatingFront:
            for _ in 0..<8 { try story.append(1300) }
            try story.truncateFront(before: 5)
            try story.append(10)
            try story.truncateFront(before: 9)
            try story.append(10)
        case .truncatingBack:
            try story.batch([30, 30, 30, 30])
            try story.truncateBack(after: 2)
            try story.append(31)
            try story.truncateBack(after: 2)
            try story.append(32)
            try story.append(33)
            try story.truncateBack(after: 0)
            try story.append(34)
        case .truncatingAcrossSegments:
            for _ in 0..<8 { try story.append(1300) }
            try story.truncateBack(after: 4)
            try story.append(500)
            try story.truncateFront(before: 3)
            try story.truncateBack(after: 2)
            try story.append(501)
        case .resetting:
            for _ in 0..<5 { try story.append(1300) }
            try story.reset(next: 100)
            try story.append(40)
            try story.append(41)
            try story.reset(next: 3)
            try story.append(42)
        case .closing:
            try story.append(50)
            try story.close()
            try story.start()
            try story.append(51)
            try story.close()
        case .reopening:
            try story.batch([60, 600, 60])
            story.drop()
            try story.start()
            try story.append(61)
            for _ in 0..<3 { try story.append(1300) }
            story.drop()
            try story.start()
            try story.append(62)
        case .killedAndReopened:
            for _ in 0..<3 {
                try story.batch([60, 600, 60])
                try story.append(1300)
                story.kill()
                try story.start()
            }
            try story.append(62)
        case .largeEntries:
            try story.append(5000)
            try story.append(9000)
            try story.batch([5000, 10, 5000])
            try story.append(1)
        }
    }

    @Test(arguments: Plot.allCases)
    func nothingAcknowledgedIsLostUnderAlways(_ plot: Plot) throws {
        CrashSweep(nested: 97).expectClean(try Self.tell(plot, .small(blocks: 128)), "always \(plot)")
    }

    @Test(arguments: [Plot.batches, .rotating, .truncatingAcrossSegments, .reopening])
    func nothingAcknowledgedIsLostUnderGroupedAndEveryMethod(_ plot: Plot) throws {
        for method in SyncMethod.allCases where method.isDurable {
            var options = WALOptions.small(.grouped(window: .milliseconds(1), maxBytes: 4096), blocks: 128)
            options.method = method
            options.preallocation = .fallocate
            CrashSweep(nested: 197).expectClean(try Self.tell(plot, options), "grouped \(method) \(plot)")
        }
    }

    @Test(arguments: [Plot.batches, .rotating, .recycling, .truncatingAcrossSegments, .resetting, .killedAndReopened])
    func theOtherPoliciesLoseWhatTheySayAndNoMore(_ plot: Plot) throws {
        for policy in [SyncPolicy.never, .everyBytes(2000), .periodic(interval: .seconds(1))] {
            var options = WALOptions.small(policy, blocks: 128)
            options.preallocation = plot == .rotating ? Preallocation.none : nil
            CrashSweep(nested: 197).expectClean(try Self.tell(plot, options), "\(policy) \(plot)")
        }
    }

    @Test func aSyncCountsWhateverThePolicyAndWhoeverWrote() throws {
        let story = Story(.small(.never, blocks: 128))
        try story.start()
        for _ in 0..<5 { try story.append(1300) }
        try story.sync()
        for _ in 0..<5 { try story.append(1300) }
        story.kill()
        try story.start()
        try story.sync()
        try story.append(10)
        try story.truncateBack(after: 8)
        try story.append(11)
        try story.sync()
        try story.close()
        CrashSweep(nested: 97).expectClean(story, "never, with syncs")
    }

    @Test func periodicLosesLessThanItsInterval() throws {
        let story = Story(.small(.periodic(interval: .milliseconds(10)), blocks: 128))
        try story.start()
        for step in 0..<24 {
            try story.append(step % 5 == 4 ? 1300 : 40)
            try story.pass(3_000_000)
        }
        CrashSweep().expectClean(story, "periodic with a clock")
    }

    @Test func everyBytesLosesFewerBytes() throws {
        for limit in [1, 100, 1000, 5000] {
            let story = Story(.small(.everyBytes(limit), blocks: 128))
            try story.start()
            for step in 0..<16 { try story.append(step % 5 == 4 ? 1300 : 90) }
            try story.truncateBack(after: 12)
            for _ in 0..<4 { try story.append(90) }
            CrashSweep().expectClean(story, "every \(limit) bytes")
        }
    }

    /// A failed sync, another life without a reboot in which pages may have been dropped, and then the power cut.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 8, 10])
    func whatAFailedSyncLeftIsNotBelieved(_ nth: Int) throws {
        for evicts in [false, true] {
            let story = Story(.small(blocks: 128))
            try story.start()
            try story.append(40)
            try story.append(700)
            story.disk.inject(DiskFault(.sync, nth: nth))
            let failed = failure { () throws(StorageError) in for _ in 0..<6 { try story.append(1300) } }
            #expect(failed != nil)
            if evicts { story.disk.evictPageCache() }
            story.kill()
            try story.start()
            try story.append(41)
            try story.append(1300)
            story.kill()
            try story.start()
            try story.append(42)
            CrashSweep(nested: 197).expectClean(story, "failed sync \(nth), evicted \(evicts)")
        }
    }

    @Test(arguments: [1, 2])
    func aFailedSyncOfTheDirectoryIsNotBelieved(_ nth: Int) throws {
        let story = Story(.small(blocks: 128))
        try story.start()
        story.disk.inject(DiskFault(.syncDirectory, nth: nth))
        let failed = failure { () throws(StorageError) in for _ in 0..<8 { try story.append(1300) } }
        #expect(failed != nil)
        story.kill()
        try story.start()
        for _ in 0..<4 { try story.append(1300) }
        CrashSweep(nested: 97).expectClean(story, "failed directory sync \(nth)")
    }

    /// Killed at every call, opened again without a reboot, and then the power cut.
    @Test(arguments: [Plot.batches, .rotating, .recycling, .truncatingAcrossSegments, .closing])
    func aKillAtEveryCallAndThenAPowerCut(_ plot: Plot) throws {
        var states = 0
        var stop = 0
        var sweep = CrashSweep()
        (sweep.bounds.subsets, sweep.bounds.singles, sweep.bounds.random) = (32, 6, 4)
        while true {
            let limit = CallLimit(stop)
            var isFirst = true
            let story = Story(.small(blocks: 128)) { disk in
                defer { isFirst = false }
                return isFirst ? limit.wrap(disk) : disk
            }
            let isKilled = failure { () throws(StorageError) in try Self.act(plot, story) } != nil
            guard isKilled else { break }
            let before = story.disk.pointCount
            story.kill()
            try story.start()
            try story.append(77)
            try story.append(1300)
            sweep.bounds.points = max(0, before - 1)..<story.disk.pointCount + 1
            let outcome = sweep.run(story)
            story.drop()
            states += outcome.states
            for violation in outcome.violations { Issue.record("\(plot), killed at call \(stop): \(violation)") }
            if !outcome.violations.isEmpty { return }
            stop += Environment.sweepsAll ? 1 : 2
        }
        print("crash sweep kills \(plot): \(states) states, \(stop) calls")
    }
}
