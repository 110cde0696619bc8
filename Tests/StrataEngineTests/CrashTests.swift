import StrataBTree
import StrataDisk
import StrataEngine
import StrataJournal
import StrataKV
import StrataReplica
import StrataSim
import StrataWAL
import Testing

/// The power fails at every call of a store's life, in every legal way up to a bound: what was acknowledged is there, nothing is
/// half done or invented, the structure is sound, and the store goes on.
@Suite struct CrashTests {
    /// What a seeded run did, and what the store held after each command.
    private final class Story {
        var disk = SimulatedDisk()
        var states: [(revision: Int64, contents: [[UInt8]: [UInt8]])] = [(1, [:])]
        /// Per mark: commands acknowledged, and submitted.
        var marks: [(acknowledged: Int, submitted: Int)] = []
        /// Of a single-step run of the same commands.
        let model: KVEngine
        var acknowledged = 0
        let seed: UInt64

        init(seed: UInt64) throws {
            self.seed = seed
            model = try open(SimulatedDisk(recordsTrace: false))
        }

        func mark() {
            disk.mark(UInt64(marks.count))
            marks.append((acknowledged, states.count - 1))
        }

        /// Notes what the store holds after `command`, before it is submitted.
        func note(_ command: KVCommand) throws {
            do { _ = try model.execute(command) } catch is KVError {}
            states.append((model.revision, try model.contents()))
            mark()
        }
    }

    private func tell(
        seed: UInt64, _ policy: SyncPolicy, steps: Int = 40, wrap: (any Disk) -> any Disk = { $0 }
    ) throws -> Story {
        let story = try Story(seed: seed)
        var random = SeededRandom(seed: seed)
        story.mark()
        for life in 0..<2 {
            let engine = try open(wrap(story.disk), .small(policy))
            var index: UInt64 = 0
            for step in 0..<steps {
                var command = Deed(&random).command
                if step % 13 == 12 { command = .compaction(CompactionRequest(revision: story.model.revision)) }
                try story.note(command)
                if random.chance(0.3) {
                    // Encoded and ordered, not waited for.
                    do { index = try engine.submit(command).index } catch is KVError {}
                } else {
                    do { _ = try engine.execute(command) } catch is KVError {}
                    story.acknowledged = story.states.count - 1
                }
                story.mark()
                switch random.below(16) {
                case 0: try engine.checkpoint()
                case 1: try engine.snapshot(to: story.disk, name: "snapshot-\(life)-\(step).tree")
                case 2:
                    try engine.compactFile()
                    continue
                default: continue
                }
                // Whatever the policy: a checkpoint makes all before it durable.
                story.acknowledged = story.states.count - 1
                story.mark()
            }
            if index > 0 { try engine.wait(through: engine.statistics.lastIndex) }
            story.acknowledged = story.states.count - 1
            story.mark()
            if life == 0 {
                engine.abandon()
                story.disk = story.disk.killed()
            } else {
                try engine.close()
                story.mark()
            }
        }
        return story
    }

    /// What is wrong with the store on `disk`; nil where nothing is.
    private func violation(
        _ disk: SimulatedDisk, _ mark: (acknowledged: Int, submitted: Int), _ story: Story, _ policy: SyncPolicy,
        isThorough: Bool
    ) -> String? {
        do {
            let engine = try open(disk, .small(policy))
            defer { engine.abandon() }
            let count = Int(engine.statistics.lastIndex)
            guard count <= mark.submitted else { return "\(count) commands of \(mark.submitted) submitted" }
            if policy.acknowledgesDurably, count < mark.acknowledged {
                return "\(count) commands of \(mark.acknowledged) acknowledged"
            }
            let expected = story.states[count]
            guard engine.revision == expected.revision else {
                return "revision \(engine.revision) after \(count) commands, not \(expected.revision)"
            }
            guard try engine.contents() == expected.contents else { return "other contents after \(count) commands" }
            guard try engine.put("after", "the cut") == expected.revision + 1 else { return "it does not go on" }
            guard isThorough else { return nil }
            let check = try engine.check()
            if !check.isClean { return "\(check.store.problems) \(check.tree.problems)" }
            // A snapshot that has its name is whole.
            for name in try disk.list() where name.hasPrefix("snapshot-") && name.hasSuffix(".tree") {
                let inspection = try TreeInspection(of: name, on: disk)
                if !inspection.isClean { return "\(name): \(inspection.problems)" }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func firstViolation(
        seed: UInt64, _ policy: SyncPolicy, every: Int, damage: (SimulatedDisk) -> Void = { _ in },
        wrap: (any Disk) -> any Disk = { $0 }
    ) throws -> (states: Int, text: String?) {
        struct Found: Error { var text: String }
        let story = try tell(seed: seed, policy, wrap: wrap)
        defer { story.model.abandon() }
        var bounds = CrashStates.Bounds()
        (bounds.subsets, bounds.singles, bounds.random) = (8, 3, 2)
        bounds.every = Environment.sweepsAll ? 1 : every
        bounds.seed = seed
        var states = 0
        do {
            try CrashStates(of: story.disk.trace, bounds: bounds).forEach { (state) throws(Found) in
                states += 1
                let mark = state.markCount == 0 ? (0, 0) : story.marks[state.markCount - 1]
                damage(state.disk)
                guard
                    let problem = violation(state.disk, mark, story, policy, isThorough: states % 7 == 0)
                else { return }
                throw Found(text: "seed \(seed), \(policy), state \(state.id): \(problem)\n\(state)")
            }
            return (states, nil)
        } catch {
            return (states, error.text)
        }
    }

    private func sweep(
        seed: UInt64, _ policy: SyncPolicy, every: Int, damage: (SimulatedDisk) -> Void = { _ in }
    ) throws -> Int {
        let (states, text) = try firstViolation(seed: seed, policy, every: every, damage: damage)
        if let text { Issue.record("\(text)") }
        print("crash sweep of the engine, seed \(seed), \(policy): \(states) states")
        return states
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func nothingAcknowledgedIsLostUnderAlways(_ seed: UInt64) throws {
        #expect(try sweep(seed: seed, .always, every: 5) > 100)
    }

    @Test(arguments: [41, 42] as [UInt64])
    func nothingIsInventedUnderNever(_ seed: UInt64) throws {
        #expect(try sweep(seed: seed, .never, every: 5) > 100)
    }

    /// After the cut the newest meta page rots as well: the older one opens, and the log still holds what came after it.
    @Test func aRottenNewestMetaLosesNothingEither() throws {
        var (rotten, spared) = (0, 0)
        _ = try sweep(seed: 51, .always, every: 7) { disk in
            // One that is damaged already, as by a torn write, has only the other to fall back on.
            guard let inspection = try? TreeInspection(on: disk), inspection.metas.allSatisfy({ $0.meta != nil })
            else { return }
            for meta in inspection.metas {
                guard case .newest = meta.verdict, let page = meta.meta?.pageBytes else { continue }
                let offset = meta.slot * page + 24
                try? disk.rot("store.tree", at: offset, mask: 1)
                // While the next commit is being written, pages that only the older one has are written again: two faults
                // at once are one too many.
                if let older = try? TreeInspection(on: disk), older.survey?.isClean == true {
                    rotten += 1
                } else {
                    try? disk.rot("store.tree", at: offset, mask: 1)
                    spared += 1
                }
            }
        }
        print("newest meta rotten in \(rotten) states, spared in \(spared)")
        #expect(rotten > 100 && spared < rotten / 2)
    }

    /// Protocols that look right and are not: the same sweep catches each.
    @Test(arguments: ["store.tree", "wal-", "names"])
    func syncsThatAreLeftOutAreCaught(_ what: String) throws {
        let found = try firstViolation(
            seed: 61, .always, every: 3, wrap: { UnsyncedDisk($0, files: what, names: what == "names") })
        #expect(found.text != nil, "without syncs of \(what) nothing was found in \(found.states) states")
    }

    /// A restore that is cut anywhere can be made again, or is whole.
    @Test func aRestoreIsWholeOrCanBeMadeAgain() throws {
        let (source, backup, target) = (SimulatedDisk(), SimulatedDisk(), SimulatedDisk())
        let engine = try open(source)
        for number in 0..<60 { try engine.put("key \(number)", "value \(number)") }
        let info = try engine.snapshot(to: backup, name: "s.tree")!
        let contents = try engine.contents()
        try engine.close()
        try KVEngine.restore(from: backup, name: "s.tree", to: target)
        target.mark(1)
        var bounds = CrashStates.Bounds()
        (bounds.subsets, bounds.singles, bounds.random) = (16, 6, 4)
        var (whole, again) = (0, 0)
        CrashStates(of: target.trace, bounds: bounds).forEach { state in
            let hasStore = (try? state.disk.list().contains("store.tree")) ?? false
            if state.markCount == 1 && !hasStore { Issue.record("the restored store is gone\n\(state)") }
            do {
                if !hasStore {
                    if try state.disk.list().contains("store.tree.tmp") {
                        guard case .invalid = storageFailure({ _ = try open(state.disk) })?.kind else {
                            Issue.record("an interrupted restore was taken for a new store\n\(state)")
                            return
                        }
                    }
                    again += 1
                    let repeated = try KVEngine.restore(from: backup, name: "s.tree", to: state.disk)
                    #expect(repeated == info)
                } else {
                    whole += 1
                }
                let restored = try open(state.disk)
                #expect(try restored.contents() == contents, "\(state)")
                #expect(restored.revision == info.revision)
                restored.abandon()
            } catch {
                Issue.record("\(error)\n\(state)")
            }
        }
        print("crash sweep of a restore: \(whole) whole, \(again) made again")
        #expect(whole > 0 && again > 0)
    }
}
