import StrataDisk

/// Walks one commit of a tree file: every page that it reaches, and the free list. What cannot be read is noted, and the walk
/// goes on beside it.
struct TreeSurveyor {
    private enum Use: UInt8 {
        case none = 0
        case meta, node, overflow, freeList, free
    }

    private let walk: PageWalk
    private let problemLimit: Int
    private let largest: Int
    private var survey: TreeSurvey
    private var uses: [Use]
    private var meta: TreeMeta { walk.meta }

    /// - Parameters:
    ///   - problemLimit: how many problems are kept.
    ///   - largest: how many of the largest values are.
    static func survey(
        _ meta: TreeMeta, of file: any File, problemLimit: Int, largest: Int, clock: any MonotonicClock
    ) throws(StorageError) -> TreeSurvey {
        let began = clock.nanoseconds()
        var surveyor = TreeSurveyor(meta, of: file, fileBytes: try file.size(), problemLimit, largest)
        surveyor.run()
        surveyor.survey.nanoseconds = clock.nanoseconds() - began
        return surveyor.survey
    }

    private init(_ meta: TreeMeta, of file: any File, fileBytes: UInt64, _ problemLimit: Int, _ largest: Int) {
        walk = PageWalk(meta, of: file)
        self.problemLimit = problemLimit
        self.largest = largest
        survey = TreeSurvey(meta, fileBytes: fileBytes)
        uses = Array(repeating: .none, count: Int(meta.pages))
        for page in 0..<Int(PageFormat.metaPages) { uses[page] = .meta }
    }

    private mutating func run() {
        if meta.depth > 0 { visit(meta.root, level: meta.depth - 1, newest: meta.commit, low: nil, high: nil) }
        visitFreeList()
        guard survey.isComplete else { return }
        if survey.entries != meta.entries {
            note(
                .count, page: UInt32(meta.slot),
                corrupt("entries", "\(meta.entries), as meta page \(meta.slot) says", "\(survey.entries)", meta.slot))
        }
        noteUnaccounted()
    }

    // MARK: Notes

    private func corrupt(_ field: String, _ expected: String, _ found: String, _ page: some BinaryInteger)
        -> StorageError
    {
        .corrupt(field, expected, found, walk.file.name, walk.offset(UInt32(page)))
    }

    private mutating func note(_ kind: TreeProblem.Kind, page: UInt32, _ error: StorageError) {
        survey.problemCount += 1
        if survey.problems.count < problemLimit { survey.problems.append(TreeProblem(kind, page: page, error)) }
    }

    /// Notes what made a page unreadable.
    private mutating func lose(_ page: UInt32, _ error: StorageError, otherwise kind: TreeProblem.Kind) {
        if case .corrupt(let field, _, _) = error.kind {
            note(field.hasPrefix("place of page") ? .misplaced : kind, page: page, error)
        } else {
            note(.unreadable, page: page, error)
        }
        survey.isComplete = false
    }

    /// False: it is in use already.
    private mutating func claim(_ page: UInt32, as use: Use) -> Bool {
        guard uses[Int(page)] == .none else {
            note(.usedTwice, page: page, corrupt("page \(page)", "one reference to it", "another one", page))
            return false
        }
        uses[Int(page)] = use
        return true
    }

    // MARK: Pages

    private mutating func visit(_ page: UInt32, level: Int, newest: UInt64, low: Bytes?, high: Bytes?) {
        guard claim(page, as: .node) else {
            survey.isComplete = false
            return
        }
        let node: Node
        do throws(StorageError) {
            node = try walk.node(page, level: level, newest: newest)
        } catch {
            return lose(page, error, otherwise: .page)
        }
        survey.levels[level].pages += 1
        survey.levels[level].entries += UInt64(node.count)
        survey.levels[level].fewestEntries = min(survey.levels[level].fewestEntries, node.count)
        survey.levels[level].usedBytes += UInt64(PageFormat.headerSize + node.usedRoom)
        checkKeys(of: node, low: low, high: high)
        guard level > 0 else { return visitEntries(of: node) }
        for index in 0..<node.count {
            visit(
                node.child(index), level: level - 1, newest: node.commit,
                low: index == 0 ? low : node.branchKey(index),
                high: index + 1 < node.count ? node.branchKey(index + 1) : high)
        }
    }

    private mutating func checkKeys(of node: Node, low: Bytes?, high: Bytes?) {
        let first = node.firstKeyed
        let prefix = node.prefix
        for index in first..<max(first, node.count) {
            let key = node.key(index)
            if index > first, node.key(index - 1).order(key) >= 0 {
                note(
                    .order, page: node.page,
                    corrupt("key of entry \(index)", "more than its predecessor", text(key), node.page))
            }
            if node.key(first).commonPrefix(key) < min(prefix, key.count) || key.count < prefix {
                note(
                    .order, page: node.page,
                    corrupt("key of entry \(index)", "the page's prefix of \(prefix) bytes", text(key), node.page))
            } else if node.head(index) != key.head(after: prefix) {
                note(
                    .order, page: node.page,
                    corrupt("head of entry \(index)", hex(key.head(after: prefix)), hex(node.head(index)), node.page))
            }
            if let low, key.order(low) < 0 {
                note(
                    .separator, page: node.page,
                    corrupt("key of entry \(index)", "\(text(low)) or more", text(key), node.page))
            }
            if let high, key.order(high) >= 0 {
                note(
                    .separator, page: node.page,
                    corrupt("key of entry \(index)", "less than \(text(high))", text(key), node.page))
            }
        }
    }

    private mutating func visitEntries(of leaf: Node) {
        for index in 0..<leaf.count {
            let key = leaf.leafKey(index)
            survey.entries += 1
            survey.keyBytes += UInt64(key.count)
            survey.longestKey = max(survey.longestKey, key.count)
            let run = leaf.overflow(index)
            let size = run.map { Int($0.size) } ?? leaf.inlineValue(index)?.count ?? 0
            survey.valueBytes += UInt64(size)
            rank(key, size, leaf.page, isInOverflow: run != nil)
            if let run { visit(run, newest: leaf.commit) }
        }
    }

    private mutating func visit(_ run: OverflowReference, newest: UInt64) {
        let count = PageFormat.runPages(value: Int(run.size), pageBytes: meta.pageBytes)
        survey.overflowRuns += 1
        survey.overflowPages += UInt64(count)
        survey.overflowBytes += UInt64(run.size)
        for page in run.first..<run.first + UInt32(count) where !claim(page, as: .overflow) { return }
        do throws(StorageError) {
            _ = try walk.value(run, newest: newest)
        } catch {
            // Nothing is below a value: all else is still known.
            let kind: TreeProblem.Kind = if case .corrupt = error.kind { .overflow } else { .unreadable }
            note(kind, page: run.first, error)
        }
    }

    private mutating func rank(_ key: Bytes, _ size: Int, _ page: UInt32, isInOverflow: Bool) {
        let isSmall = survey.largestValues.last.map { size <= $0.size } ?? false
        if largest == 0 || isSmall && survey.largestValues.count == largest { return }
        let place = survey.largestValues.firstIndex { $0.size < size } ?? survey.largestValues.count
        survey.largestValues.insert(
            .init(key: Array(key.buffer), size: size, page: page, isInOverflow: isInOverflow), at: place)
        if survey.largestValues.count > largest { survey.largestValues.removeLast() }
    }

    // MARK: What is not in use

    private mutating func visitFreeList() {
        let list: (extents: [PageExtent], pages: [UInt32])
        do throws(StorageError) {
            list = try FreeList.read(meta, from: walk.file)
        } catch {
            return lose(meta.freeList, error, otherwise: .freeList)
        }
        survey.freeListPages = UInt64(list.pages.count)
        survey.freeExtents = list.extents
        for page in list.pages { _ = claim(page, as: .freeList) }
        for extent in list.extents {
            for page in extent.first..<extent.end {
                guard uses[Int(page)] == .none else {
                    note(.usedAndFree, page: page, corrupt("page \(page)", "in use or free", "both", page))
                    continue
                }
                uses[Int(page)] = .free
            }
        }
    }

    private mutating func noteUnaccounted() {
        var page = 0
        while page < uses.count {
            let start = page
            while page < uses.count && uses[page] == .none { page += 1 }
            if page > start {
                survey.unaccountedPages += UInt64(page - start)
                let what = "\(page - start) from page \(start)"
                note(.unaccounted, page: UInt32(start), corrupt("pages", "in use or free", "\(what) neither", start))
            }
            page += 1
        }
    }

    private func text(_ key: Bytes) -> String {
        let shown = key.buffer.prefix(16).map { String($0, radix: 16) }.map { $0.count == 1 ? "0" + $0 : $0 }
        return "key of \(key.count) bytes 0x\(shown.joined())\(key.count > 16 ? "..." : "")"
    }
}
