import StrataDisk

/// What a tree file holds, read without changing it: for people, and for repair. Makes sense of damaged files as far as it can.
package struct TreeInspection: Sendable {
    /// One of the twin meta pages.
    package struct Meta: Sendable {
        package enum Verdict: Sendable, Equatable {
            /// The tree opens as of this commit.
            case newest
            /// Whole, and the tree opens with its twin.
            case older
            /// Torn, rotten or of a newer version: why.
            case refused(StorageError)
        }

        package let slot: Int
        package let verdict: Verdict
        /// Nil where it cannot be read.
        package let meta: TreeMeta?
    }

    package let name: String
    package let fileBytes: UInt64
    /// Some process has it open: what is read may change meanwhile, and problems may be no real ones.
    package let isInUse: Bool
    /// Files beside it that an interrupted creation, copy or compaction left; the next opening removes them.
    package let leftovers: [String]
    /// Both slots.
    package let metas: [Meta]
    /// Why the tree does not open; nil where it does.
    package let refusal: StorageError?
    /// Of the commit that the tree opens with; nil where it does not open.
    package let survey: TreeSurvey?
    /// Those of the meta pages and of the survey.
    package let problems: [TreeProblem]
    package let problemCount: Int

    package var isClean: Bool { problemCount == 0 }

    /// Reads the whole file `name`.
    ///
    /// - Parameters:
    ///   - problemLimit: how many problems are described; all are counted.
    ///   - largest: how many of the largest values are named.
    /// - Throws: `.missing`; `.io` where the file or a meta page cannot be read. Damage is no error here.
    package init(
        of name: String = "store.tree", on disk: any Disk, problemLimit: Int = 100, largest: Int = 10,
        clock: any MonotonicClock = SystemClock()
    ) throws(StorageError) {
        let names = try disk.list()
        let file = try disk.open(name, .read, method: .fdatasync)
        self.name = name
        fileBytes = try file.size()
        isInUse = try Self.isInUse(name, names, disk)
        leftovers = names.filter { $0 == BTree.draft(of: name) }
        let (first, second) = try BTree.readMetas(of: file)
        let verdict = MetaTable(first, second, file: file.name).verdict
        var newest: TreeMeta?
        var refusal: StorageError?
        switch verdict {
        case .open(let meta, _, _): newest = meta
        case .refuse(let error): refusal = error
        }
        self.refusal = refusal
        metas = [first, second].enumerated().map { slot, state in
            switch state {
            case .good(let meta): Meta(slot: slot, verdict: meta == newest ? .newest : .older, meta: meta)
            case .damaged(let error), .newerVersion(let error): Meta(slot: slot, verdict: .refused(error), meta: nil)
            }
        }
        var problems: [TreeProblem] = []
        for meta in metas {
            if case .refused(let error) = meta.verdict {
                problems.append(TreeProblem(.meta, page: UInt32(meta.slot), error))
            }
        }
        if problems.isEmpty, let refusal { problems.append(TreeProblem(.meta, page: 0, refusal)) }
        if let newest {
            let survey = try TreeSurveyor.survey(
                newest, of: file, problemLimit: problemLimit, largest: largest, clock: clock)
            problemCount = problems.count + survey.problemCount
            problems += survey.problems
            self.survey = survey
        } else {
            problemCount = problems.count
            survey = nil
        }
        self.problems = Array(problems.prefix(problemLimit))
        try file.close()
    }

    /// The lock of a tree that is there is tried and let go; one that is not there is not made.
    private static func isInUse(_ name: String, _ names: [String], _ disk: any Disk) throws(StorageError) -> Bool {
        guard names.contains(name + ".lock") else { return false }
        do throws(StorageError) {
            _ = try disk.lock(name + ".lock")
            return false
        } catch {
            guard case .locked = error.kind else { throw error }
            return true
        }
    }
}
