import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// The power fails at every call, in every legal way: the newest acknowledged commit, or one that was under way, opens whole.
@Suite struct TreeCrashTests {
    enum Plot: CaseIterable {
        case creating, growing, reusing, removing, overflowing, spilling, pinning, rollingBack, reopening, killed
        case copying, compacting, compactingBehindWrites, loading
    }

    static func tell(
        _ plot: Plot, _ options: BTreeOptions = smallOptions(), wrap: @escaping (any Disk) -> any Disk = { $0 }
    ) throws(StorageError) -> TreeStory {
        let story = TreeStory(options, wrap: wrap)
        try act(plot, story)
        return story
    }

    static func act(_ plot: Plot, _ story: TreeStory) throws(StorageError) {
        if plot == .loading {
            try story.load(0..<120, valueSize: 200)
            try story.start()
            return try story.commit(put: [3, 500], remove: [5, 6, 7])
        }
        try story.start()
        switch plot {
        case .creating:
            try story.commit(put: [1])
            try story.commit(put: [2])
        case .growing: for step in 0..<5 { try story.commit(put: Array(step * 30..<step * 30 + 30), valueSize: 300) }
        case .reusing:
            try story.commit(put: Array(0..<60), valueSize: 200)
            for step in 0..<10 { try story.commit(put: [step, 59 - step, 30], valueSize: 200) }
        case .removing:
            try story.commit(put: Array(0..<90), valueSize: 200)
            for step in 0..<3 { try story.commit(remove: Array(step * 30..<step * 30 + 30)) }
            try story.commit(put: [7])
        case .overflowing:
            try story.commit(put: [1, 2], valueSize: 9000)
            try story.commit(put: [1], valueSize: 5000)
            try story.commit(put: [3], valueSize: 12000, remove: [2])
            try story.commit(remove: [1, 3])
            try story.commit(put: [4], valueSize: 9000)
        case .spilling:
            try story.commit(put: Array(0..<300), valueSize: 900)
            try story.commit(put: Array(stride(from: 0, to: 300, by: 3)), valueSize: 900)
        case .pinning:
            try story.commit(put: Array(0..<40), valueSize: 200)
            try story.pin()
            for step in 0..<3 { try story.commit(put: [step, step + 20], valueSize: 200) }
            story.unpin()
            for step in 0..<4 { try story.commit(put: [step + 9, step + 30], valueSize: 200) }
        case .rollingBack:
            try story.commit(put: Array(0..<40), valueSize: 200)
            try story.rollBack(Array(0..<4), valueSize: 9000)
            try story.rollBack(Array(0..<100), valueSize: 900)
            try story.commit(put: [1, 30], valueSize: 200)
            try story.rollBack([3], valueSize: 100)
            try story.commit(put: [5], valueSize: 200)
        case .reopening:
            for step in 0..<3 {
                try story.commit(put: Array(step * 10..<step * 10 + 30), valueSize: 200)
                try story.commit(put: [step], valueSize: 20, remove: [step + 11])
                try story.close()
                try story.start()
            }
        case .killed:
            for step in 0..<3 {
                try story.commit(put: Array(step * 10..<step * 10 + 30), valueSize: 200)
                story.kill()
                try story.start()
                try story.commit(put: [step], valueSize: 20, remove: [step + 11])
            }
        case .copying:
            try story.commit(put: Array(0..<60), valueSize: 300)
            try story.copy(to: "one.tree")
            try story.commit(put: [5, 6], valueSize: 9000)
            try story.cancelledCopy(to: "two.tree")
            try story.copy(to: "two.tree")
            try story.commit(put: [7])
        case .compacting:
            try story.commit(put: Array(0..<90), valueSize: 300)
            try story.commit(remove: Array(10..<80))
            try story.beginCompaction()
            try story.endCompaction()
            try story.commit(put: [5, 6], valueSize: 3000)
            try story.commit(put: [7])
        case .compactingBehindWrites:
            try story.commit(put: Array(0..<90), valueSize: 300)
            try story.commit(remove: Array(10..<40))
            try story.beginCompaction()
            try story.commit(put: [15, 60], valueSize: 2000, remove: Array(70..<90))
            try story.commit(put: [1])
            try story.endCompaction()
            try story.commit(put: [5, 6], valueSize: 200)
            try story.beginCompaction()
            try story.endCompaction()
            try story.commit(remove: [5])
        case .loading: break
        }
    }

    @Test(arguments: Plot.allCases) func theNewestAcknowledgedCommitIsThere(_ plot: Plot) throws {
        var sweep = TreeSweep(nested: plot == .spilling ? 0 : 41)
        if plot == .spilling && !TreeSweep.isFull {
            (sweep.bounds.subsets, sweep.bounds.singles, sweep.bounds.random) = (8, 2, 2)
        }
        sweep.expectClean(try Self.tell(plot), "\(plot)")
    }

    @Test(arguments: SyncMethod.allCases.filter(\.isDurable)) func everyDurableMethodIsOne(_ method: SyncMethod) throws
    {
        var options = smallOptions()
        options.method = method
        for plot in [Plot.creating, .overflowing, .compactingBehindWrites] {
            TreeSweep(every: 3).expectClean(try Self.tell(plot, options), "\(method) \(plot)")
        }
    }

    /// Without syncs a power cut may take everything; a killed process loses nothing.
    @Test(arguments: [Plot.reusing, .killed, .compacting]) func withoutSyncsAKillLosesNothing(_ plot: Plot) throws {
        var options = smallOptions()
        options.sync = false
        let story = try Self.tell(plot, options)
        story.kill()
        let expected = try #require(TreeExpectation.all(of: story.events).last)
        #expect(expected.violation(on: story.disk, contents: story.contents, options: story.options) == nil)
    }

    /// The n-th sync fails, the process is started again, with and without the pages the kernel has dropped, and goes on; and
    /// then the power fails.
    @Test(arguments: 1...12) func whatAFailedSyncLeftIsNotBelieved(_ nth: Int) throws {
        for evicts in [false, true] {
            let story = TreeStory()
            try story.start()
            try story.commit(put: Array(0..<30), valueSize: 200)
            story.disk.inject(DiskFault(.sync, nth: nth))
            var failed = false
            do {
                for step in 0..<6 { try story.commit(put: [step, step + 15], valueSize: 200) }
            } catch {
                failed = true
            }
            #expect(failed)
            if evicts { story.disk.evictPageCache() }
            story.kill()
            try story.restart()
            for step in 0..<3 { try story.commit(put: [step + 3, step + 18], valueSize: 200) }
            TreeSweep(nested: 97, every: 4).expectClean(story, "failed sync \(nth), evicted \(evicts)")
        }
    }

    /// Killed at every call, opened again without a reboot, and then the power cut.
    @Test(arguments: [Plot.creating, .reusing, .overflowing, .compactingBehindWrites, .copying])
    func aKillAtEveryCallAndThenAPowerCut(_ plot: Plot) throws {
        var states = 0
        var stop = 0
        var isOver = false
        while !isOver {
            let limit = TreeCallLimit(stop)
            var isFirst = true
            let story = TreeStory { disk in
                defer { isFirst = false }
                return isFirst || plot == .copying && limit.isLeft ? limit.wrap(disk) : disk
            }
            do {
                try Self.act(plot, story)
                isOver = true
            } catch {
                story.kill()
                try story.restart()
                try story.commit(put: [1], valueSize: 100)
            }
            story.drop()
            var sweep = TreeSweep()
            if !TreeSweep.isFull { (sweep.bounds.subsets, sweep.bounds.singles, sweep.bounds.random) = (8, 2, 2) }
            // The last points are those of the life after the kill.
            let points = story.disk.trace.pointCount
            sweep.bounds.points = max(0, points - 6)..<points + 1
            let outcome = sweep.run(story)
            states += outcome.states
            for violation in outcome.violations { Issue.record("\(plot), killed at call \(stop): \(violation)") }
            if !outcome.violations.isEmpty { return }
            stop += TreeSweep.isFull ? 1 : 3
        }
        print("tree sweep \(plot) killed at each of \(stop) calls: \(states) states")
    }
}
