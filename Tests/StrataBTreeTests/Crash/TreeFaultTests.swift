import Glibc
import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// Calls that fail and disks that are full: a clear error, and nothing acknowledged is lost.
@Suite struct TreeFaultTests {
    private static func act(_ story: TreeStory) throws(StorageError) {
        try story.start()
        try story.commit(put: Array(0..<60), valueSize: 300)
        try story.commit(put: [70, 71], valueSize: 9000, remove: Array(20..<30))
        try story.copy(to: "copy.tree")
        try story.commit(put: Array(0..<10), valueSize: 300)
        try story.beginCompaction()
        try story.commit(put: [1, 50], valueSize: 300)
        try story.endCompaction()
        try story.commit(put: Array(80..<140), valueSize: 300)
        try story.commit(put: [5], valueSize: 5000)
    }

    /// What follows a failure: reads go on, the writer goes on or is refused for good, and a new opening finds all.
    private func expectSound(_ story: TreeStory, _ error: StorageError, _ name: String) {
        let expectation = TreeExpectation.all(of: story.events).last ?? TreeExpectation()
        if let tree = story.tree {
            let latest = tree.latest.appliedIndex
            do throws(StorageError) {
                if !expectation.possible.contains(latest) { Issue.record("\(name): goes on as of \(latest)") }
                if try tree.snapshot().all() != story.contents[latest] {
                    Issue.record("\(name): wrong entries after \(error)")
                }
            } catch {
                Issue.record("\(name): reads fail after \(error)")
            }
            do throws(StorageError) {
                try story.commit(put: [3], valueSize: 300)
                if let problem = try TreeExpectation.problem(of: tree, expecting: story.contents[story.applied]) {
                    Issue.record("\(name): after a later commit: \(problem)")
                }
            } catch {
                if case .poisoned = error.kind {} else { Issue.record("\(name): then \(error)") }
            }
        }
        story.drop()
        let last = TreeExpectation.all(of: story.events).last ?? TreeExpectation()
        if let problem = last.violation(on: story.disk, contents: story.contents, options: story.options) {
            Issue.record("\(name): opened anew after \(error): \(problem)")
        }
    }

    /// The n-th call fails, for every n that the story gets to.
    @Test(arguments: DiskFault.Call.allCases.filter { $0 != .remove }) func everyCallThatFailsIsReportedAndLosesNothing(
        _ call: DiskFault.Call
    ) throws {
        let outcomes: [DiskFault.Outcome] =
            call == .write ? [.ioError, .noSpace, .short(bytes: 5000)] : [.ioError, .noSpace]
        for outcome in outcomes {
            var nth = 1
            while true {
                let story = TreeStory()
                // A failed step of growth is followed by a smaller one, which is to fail as well.
                story.disk.inject(DiskFault(call, outcome, nth: nth, times: call == .allocate ? .max : 1))
                let name = "\(call) \(nth) \(outcome)"
                do throws(StorageError) {
                    try Self.act(story)
                    story.drop()
                    break
                } catch {
                    guard case .io(_, let code) = error.kind, code == EIO || code == ENOSPC, !error.file.isEmpty else {
                        Issue.record("\(name): \(error)")
                        break
                    }
                    story.disk.removeFaults()
                    expectSound(story, error, name)
                }
                nth += 1
            }
            #expect(nth > 1, "\(call) is never made")
        }
    }

    /// Room for ever more, from none to enough.
    @Test func aFullDiskLosesNothing() throws {
        var blocks = 1
        while true {
            let story = TreeStory()
            story.disk.capacity = blocks * 4096
            do throws(StorageError) {
                try Self.act(story)
                story.drop()
                break
            } catch {
                guard case .io(_, ENOSPC) = error.kind else {
                    Issue.record("\(blocks) blocks: \(error)")
                    break
                }
                story.disk.capacity = nil
                expectSound(story, error, "\(blocks) blocks")
            }
            blocks += 1
        }
        #expect(blocks > 20)
    }

    /// A writer that finds no room has changed nothing, and goes on when there is some.
    @Test func aFullDiskIsNoPoisonBeforeAnythingIsWritten() throws {
        let story = TreeStory()
        try story.start()
        try story.commit(put: Array(0..<60), valueSize: 300)
        story.disk.inject(DiskFault(.allocate, .noSpace, times: .max))
        var failed: StorageError?
        do throws(StorageError) {
            try story.commit(put: Array(100..<400), valueSize: 300)
        } catch {
            failed = error
        }
        guard case .io(_, ENOSPC)? = failed?.kind else {
            Issue.record("\(String(describing: failed))")
            return
        }
        story.disk.removeFaults()
        try story.commit(put: Array(100..<400), valueSize: 300)
        let tree = try #require(story.tree)
        #expect(try TreeExpectation.problem(of: tree, expecting: story.contents[story.applied]) == nil)
    }
}
