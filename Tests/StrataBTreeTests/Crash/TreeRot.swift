import StrataBTree
import StrataDisk
import StrataSim

/// A finished tree whose file is damaged in one place at a time.
struct TreeRot {
    let bytes: [UInt8]
    let contents: [Pair]
    /// Of the commit before the newest, which the other meta still names.
    let older: [Pair]
    let survey: TreeSurvey
    let options: BTreeOptions
    /// Between the damaged disk and the tree: a broken reader.
    var wrap: (any Disk) -> any Disk = { $0 }

    static let file = "store.tree"
    var pageCount: Int { bytes.count / 4096 }

    /// Two levels, overflow runs without padding, free pages, and room for growth.
    init() throws {
        let story = TreeStory()
        try story.start()
        try story.commit(put: Array(0..<150), valueSize: 100)
        try story.commit(put: [200, 201], valueSize: 2 * 4096 - 32)
        try story.commit(put: [202], valueSize: 3 * 4096 - 32, remove: Array(60..<100))
        try story.commit(put: [1, 2], valueSize: 30)
        guard let tree = story.tree else { throw StorageError(kind: .closed, file: "story") }
        survey = try tree.check()
        contents = story.contents[story.applied] ?? []
        older = story.contents[story.applied - 1] ?? []
        options = story.options
        story.drop(closing: true)
        bytes = story.disk.contents(of: Self.file) ?? []
    }

    /// Whether anything depends on the byte at `offset`.
    func counts(_ offset: Int) -> Bool {
        let page = UInt32(offset / 4096)
        if page < 2 { return offset % 4096 < 512 }
        return page < survey.meta.pages && !survey.freeExtents.contains { $0.first <= page && page < $0.end }
    }

    /// What is wrong with how the damage at `offset` is dealt with, or nil: there must be a clear error or the right bytes, and the
    /// check must see it.
    func violation(_ damaged: [UInt8], at offset: Int) -> String? {
        let disk = SimulatedDisk(recordsTrace: false)
        disk.install(Self.file, damaged)
        let isMeta = offset < 8192
        do throws(StorageError) {
            let inspection = try TreeInspection(of: Self.file, on: wrap(disk))
            let isSeen = inspection.problems.contains { $0.offset / 4096 <= UInt64(offset / 4096) }
            if counts(offset) && !isSeen { return "the inspection saw \(inspection.problems)" }
            if !counts(offset) && !inspection.isClean {
                return "the inspection saw what is not there: \(inspection.problems)"
            }
            let tree = try BTree(on: wrap(disk), options: options)
            defer { tree.abandon() }
            let expected = isMeta && tree.latest.appliedIndex != survey.meta.appliedIndex ? older : contents
            if isMeta && counts(offset) && tree.opening.damage.isEmpty { return "opened without a word" }
            var hasFailed = false
            let snapshot = tree.snapshot()
            for pair in expected {
                do throws(StorageError) {
                    if try snapshot.value(pair.key) != pair.value { return "wrong value under \(pair.key)" }
                } catch {
                    if let text = Self.unclear(error, offset) { return text }
                    hasFailed = true
                }
            }
            for isBackwards in [false, true] {
                if let text = walk(snapshot, expected, isBackwards, offset) { return text }
            }
            if isMeta && hasFailed { return "a rotten meta page cost more than a commit" }
            return overwrite(tree, expected, offset)
        } catch {
            return "threw: \(error)"
        }
    }

    private func walk(_ snapshot: TreeSnapshot, _ expected: [Pair], _ isBackwards: Bool, _ offset: Int) -> String? {
        let cursor = snapshot.makeCursor()
        var rest = isBackwards ? expected.reversed()[...] : expected[...]
        do throws(StorageError) {
            var isThere = isBackwards ? try cursor.seekLast() : try cursor.seekFirst()
            while isThere {
                guard let next = rest.popFirst(), try cursor.pair() == next else {
                    return "a wrong entry while walking"
                }
                isThere = isBackwards ? try cursor.previous() : try cursor.next()
            }
            return rest.isEmpty ? nil : "\(rest.count) entries missing while walking"
        } catch {
            return Self.unclear(error, offset)
        }
    }

    /// Writing over everything does no harm either.
    private func overwrite(_ tree: BTree, _ expected: [Pair], _ offset: Int) -> String? {
        do throws(StorageError) {
            let writer = try tree.begin()
            for pair in expected { try writer.put(pair.key, [1, 2, 3]) }
            try writer.commit(appliedIndex: 99)
        } catch {
            return Self.unclear(error, offset)
        }
        do throws(StorageError) {
            let after = expected.map { Pair(key: $0.key, value: [1, 2, 3]) }
            return try tree.snapshot().all() == after ? nil : "wrong entries after writing over everything"
        } catch {
            return Self.unclear(error, offset)
        }
    }

    /// Nil if the error names file and place, in the damaged page or the run that begins before it.
    private static func unclear(_ error: StorageError, _ offset: Int) -> String? {
        guard case .corrupt = error.kind, error.file.hasSuffix(file) else { return "an unclear error: \(error)" }
        let page = UInt64(offset / 4096)
        let found = error.offset / 4096
        return found <= page && page < found + 3 ? nil : "the error names another place: \(error)"
    }

    /// Inverts bits in each page in turn, and tells the first violation.
    func rotEverywhere(places: [Int] = [0, 9, 40, 2000, 4095]) -> (count: Int, violation: String?) {
        var count = 0
        for page in 0..<pageCount {
            for place in places {
                let offset = page * 4096 + place
                var damaged = bytes
                damaged[offset] ^= UInt8(1 << (page % 8))
                count += 1
                if let text = violation(damaged, at: offset) {
                    return (count, "bit \(page % 8) of byte \(offset): \(text)")
                }
            }
        }
        return (count, nil)
    }

    /// Replaces sectors of each page by zeros and by what stands elsewhere.
    func tearEverywhere() -> (count: Int, violation: String?) {
        var count = 0
        for page in 0..<pageCount {
            for (sector, source) in [(0, nil), (3, nil), (7, nil), (0, 2 * 4096), (1, 3 * 4096 + 512), (7, 4 * 4096)] {
                let offset = page * 4096 + sector * 512
                var damaged = bytes
                let new = source.map { bytes[$0..<$0 + 512] } ?? ArraySlice(repeating: 0, count: 512)
                if bytes[offset..<offset + 512].elementsEqual(new) { continue }
                damaged.replaceSubrange(offset..<offset + 512, with: new)
                count += 1
                if let text = violation(damaged, at: offset) {
                    return (count, "sector \(sector) of page \(page): \(text)")
                }
            }
        }
        return (count, nil)
    }
}
