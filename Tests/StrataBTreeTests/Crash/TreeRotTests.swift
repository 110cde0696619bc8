import StrataBTree
import StrataDisk
import StrataSim
import Testing

/// Stored bytes rot, one page at a time: a clear error or the right bytes, never anything else.
@Suite struct TreeRotTests {
    @Test func everyRottenPageIsReportedOrOfNoMatter() throws {
        let (count, violation) = try TreeRot().rotEverywhere()
        #expect(violation == nil)
        print("tree rot: \(count) damaged files")
    }

    @Test func everyTornPageIsReportedOrOfNoMatter() throws {
        let (count, violation) = try TreeRot().tearEverywhere()
        #expect(violation == nil)
        print("tree tears: \(count) damaged files")
    }

    @Test func aFileCutShortIsReported() throws {
        let rot = try TreeRot()
        for pages in 0..<Int(rot.survey.meta.pages) {
            for extra in [0, 100, 512, 4095] {
                let disk = SimulatedDisk(recordsTrace: false)
                disk.install(TreeRot.file, Array(rot.bytes[..<(pages * 4096 + extra)]))
                let inspection = try TreeInspection(on: disk)
                #expect(!inspection.isClean)
                do throws(StorageError) {
                    let tree = try BTree(on: disk, options: rot.options)
                    defer { tree.abandon() }
                    // The older commit may need fewer pages.
                    #expect(try tree.snapshot().all() == rot.older)
                } catch {
                    guard case .corrupt = error.kind else {
                        Issue.record("cut to \(pages) pages: \(error)")
                        continue
                    }
                }
            }
        }
    }

    /// After every commit of a story, its meta page rots: the one before is there, whole, and takes further commits.
    static func rottenMetas(
        _ plot: TreeCrashTests.Plot, wrap: @escaping (any Disk) -> any Disk = { $0 }
    ) throws -> (count: Int, violation: String?) {
        let story = try TreeCrashTests.tell(plot, wrap: wrap)
        story.drop()
        let expectations = TreeExpectation.all(of: story.events)
        var bounds = CrashStates.Bounds()
        (bounds.subsets, bounds.singles, bounds.random) = (1, 0, 0)
        var count = 0
        var seen: Set<UInt64> = []
        for state in quietStates(of: story.disk.trace, bounds) {
            let disk = state.disk
            guard let bytes = disk.contents(of: TreeRot.file), expectations[state.markCount].possible.count == 1 else {
                continue
            }
            let metas: [TreeMeta?] = [0, 1].map { slot in
                bytes[(slot * 4096)...].prefix(512).withUnsafeBytes { record in
                    try? TreeMeta.decode(record.bytes, slot: slot, fileBytes: UInt64(bytes.count), file: "", offset: 0)
                }
            }
            guard let newest = metas.compactMap(\.self).max(by: { $0.commit < $1.commit }) else { continue }
            guard newest.appliedIndex == expectations[state.markCount].least, seen.insert(newest.commit).inserted else {
                continue
            }
            let slot = Int(newest.commit & 1)
            for rotten in [slot, 1 - slot] {
                var damaged = bytes
                damaged[rotten * 4096 + 100] ^= 1
                let copy = SimulatedDisk(recordsTrace: false)
                copy.install(TreeRot.file, damaged)
                count += 1
                let expected = rotten == slot ? metas[1 - slot]?.appliedIndex : newest.appliedIndex
                if let text = violation(on: wrap(copy), expected, story) {
                    return (count, "commit \(newest.commit), meta \(rotten) rotten, \(state.id): \(text)")
                }
            }
        }
        return (count, nil)
    }

    private static func quietStates(of trace: DiskTrace, _ bounds: CrashStates.Bounds) -> [CrashState] {
        var result: [CrashState] = []
        CrashStates(of: trace, bounds: bounds).forEach { state in
            if state.id.recipe == .nothing { result.append(state) }
        }
        return result
    }

    private static func violation(on disk: any Disk, _ applied: UInt64?, _ story: TreeStory) -> String? {
        do throws(StorageError) {
            let tree = try BTree(on: disk, options: story.options)
            defer { tree.abandon() }
            guard tree.opening.damage.count == 1 else { return "the damage was not reported" }
            guard tree.latest.appliedIndex == applied else { return "opened as of \(tree.latest.appliedIndex)" }
            if let text = try TreeExpectation.problem(of: tree, expecting: applied.flatMap { story.contents[$0] }) {
                return text
            }
            try commit(tree, at: 1000) { (writer) throws(StorageError) in try writer.put([1], [2]) }
            let survey = try tree.check()
            return survey.isClean ? nil : "\(survey.problems)"
        } catch {
            return "threw: \(error)"
        }
    }

    @Test(arguments: [TreeCrashTests.Plot.reusing, .overflowing, .removing, .compactingBehindWrites, .pinning])
    func aRottenMetaCostsOneCommitAtMost(_ plot: TreeCrashTests.Plot) throws {
        let (count, violation) = try Self.rottenMetas(plot)
        #expect(violation == nil)
        #expect(count > 4)
    }

    @Test func withBothMetasRottenItIsRefused() throws {
        let rot = try TreeRot()
        var damaged = rot.bytes
        (damaged[20], damaged[4096 + 20]) = (damaged[20] ^ 1, damaged[4096 + 20] ^ 1)
        let disk = SimulatedDisk(recordsTrace: false)
        disk.install(TreeRot.file, damaged)
        #expect(throws: StorageError.self) { _ = try BTree(on: disk, options: rot.options) }
        let inspection = try TreeInspection(on: disk)
        #expect(inspection.refusal != nil && inspection.survey == nil && inspection.problemCount == 2)
    }
}
