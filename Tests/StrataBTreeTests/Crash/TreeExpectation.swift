import StrataBTree
import StrataDisk

/// What a disk must hold, and may hold, after a power cut at one moment of a `TreeStory`.
struct TreeExpectation {
    /// The newest commit that is acknowledged, by applied index.
    private(set) var least: UInt64 = 0
    /// Commits that are under way or were left under way by a failure.
    private(set) var possible: Set<UInt64> = [0]
    /// Copies: what they hold, and whether they must be there.
    private(set) var copies: [String: (applied: UInt64, isRequired: Bool)] = [:]

    /// The expectation before the first event and after each.
    static func all(of events: [TreeStory.Event]) -> [TreeExpectation] {
        var result = [TreeExpectation()]
        for event in events {
            var next = result[result.count - 1]
            switch event {
            case .committing(let applied): next.possible.insert(applied)
            case .committed(let applied):
                next.least = applied
                next.possible = [applied]
            case .copying(let name, let applied): next.copies[name] = (applied, false)
            case .copied(let name): next.copies[name]?.isRequired = true
            }
            result.append(next)
        }
        return result
    }

    /// What is wrong with `disk`, or nil.
    ///
    /// - Parameter isWeak: acknowledged commits may be gone; what is there must be whole all the same.
    func violation(
        on disk: any Disk, contents: [UInt64: [Pair]], options: BTreeOptions, isWeak: Bool = false,
        writesOn: Bool = true
    ) -> String? {
        do throws(StorageError) {
            for (name, copy) in copies.sorted(by: { $0.key < $1.key }) {
                guard try disk.list().contains(name) else {
                    if copy.isRequired && !isWeak { return "the copy \(name) is gone" }
                    continue
                }
                let tree = try BTree(on: disk, name: name, options: options)
                defer { tree.abandon() }
                if let problem = try Self.problem(of: tree, expecting: contents[copy.applied]) {
                    return "\(name): \(problem)"
                }
            }
            return try violation(ofTreeOn: disk, contents, options, isWeak, writesOn)
        } catch {
            return "threw: \(error)"
        }
    }

    private func violation(
        ofTreeOn disk: any Disk, _ contents: [UInt64: [Pair]], _ options: BTreeOptions, _ isWeak: Bool, _ writesOn: Bool
    ) throws(StorageError) -> String? {
        let tree = try BTree(on: disk, options: options)
        defer { tree.abandon() }
        let applied = tree.latest.appliedIndex
        if !isWeak && !possible.contains(applied) {
            return "opened as of \(applied), expected one of \(possible.sorted())"
        }
        if let damage = tree.opening.damage.first { return "damage after a mere power cut: \(damage)" }
        if let problem = try Self.problem(of: tree, expecting: contents[applied]) {
            return "as of \(applied): \(problem)"
        }
        guard writesOn else { return nil }
        // What was recovered takes further commits.
        var expected = contents[applied] ?? []
        for round in UInt64(1)...2 {
            let writer = try tree.begin()
            let key = TreeStory.key(0x7FF0 + Int(round))
            for number in 0..<8 { try writer.put(TreeStory.key(0x6000 + number), [UInt8](repeating: 7, count: 900)) }
            for number in 0..<8 { try writer.remove(TreeStory.key(0x6000 + number)) }
            try writer.put(key, [UInt8(round)])
            expected.append(Pair(key: key, value: [UInt8(round)]))
            try writer.commit(appliedIndex: applied + round)
        }
        return try Self.problem(of: tree, expecting: expected).map { "after further commits: \($0)" }
    }

    /// Compares every entry, and lets the check look at every page.
    static func problem(of tree: BTree, expecting contents: [Pair]?) throws(StorageError) -> String? {
        guard let contents else { return "a commit that never was" }
        let snapshot = tree.snapshot()
        let found = try snapshot.all()
        if found != contents {
            let differs = zip(found, contents).first { $0 != $1 }
            return "\(found.count) entries instead of \(contents.count); first difference at \(differs?.1.key ?? [])"
        }
        let survey = try snapshot.check(problemLimit: 3)
        return survey.isClean ? nil : "check: \(survey.problems.map(\.description).joined(separator: "; "))"
    }
}
