import StrataDisk

/// The legal outcomes of a power cut at each I/O point of a trace.
///
/// The trace is walked once; what is durable and what is not is kept up to date on the way, and each state shares with
/// it the bytes that no change not yet durable touches. A cut *at* a point happens while that call is under way: its
/// change may be kept or not, its sync is not done, and what was acknowledged before it must be there.
package final class CrashStates: Sendable {
    /// How many states of each point are visited. All are seeded: the same trace and bounds give the same states.
    package struct Bounds: Sendable, Equatable {
        /// Every subset of the units where there are at most this many subsets. Otherwise nothing, everything, each
        /// single unit and change dropped and kept, the last change torn, and `random` more.
        package var subsets = 256
        /// At most this many of each sort of single ones and tears, evenly spread if there are more.
        package var singles = 64
        /// Random subsets.
        package var random = 16
        package var seed: UInt64 = 1
        /// Only these points; nil is all, with the one after the last call.
        package var points: Range<Int>?
        /// Of these, only every n-th: for long traces.
        package var every = 1
        /// Whether the disks of the states record traces of their own, for power cuts during recovery.
        package var recordsTrace = false

        package init() {}
    }

    package let trace: DiskTrace
    package let bounds: Bounds
    private let path: String

    package init(of trace: DiskTrace, path: String = "/sim", bounds: Bounds = Bounds()) {
        precondition(bounds.subsets >= 1 && bounds.singles >= 0 && bounds.random >= 0, "a negative bound")
        precondition(bounds.every >= 1, "every point is every 1st")
        self.trace = trace
        self.path = path
        self.bounds = bounds
    }

    /// The trace at one point: what `stored` can become is what may be found after the cut.
    struct Moment {
        var stored: StoredImage
        var point: Int
        var markCount = 0
        /// False if the moment before had the same states.
        var isNew = true
        /// What was under way; nil after the last call.
        var step: DiskTrace.Step?
    }

    /// Visits the moments of the points of `range`, those that `every` divides and the one after the last call.
    func walk<E: Error>(_ range: Range<Int>, every: Int = 1, _ visit: (borrowing Moment) throws(E) -> Void) throws(E) {
        var moment = Moment(stored: trace.start, point: 0)
        var isNew = true
        for entry in trace.entries {
            if moment.point >= range.upperBound { return }
            switch entry {
            case .mark:
                moment.markCount += 1
                isNew = true
            case .flip(let mask, let file, let offset):
                moment.stored.flip(mask, file: file, at: offset)
                isNew = true
            case .evict:
                _ = moment.stored.evictUnknown()
                isNew = true
            case .step(let step):
                moment.step = step
                if let change = step.change { moment.stored.begin(change, point: moment.point) }
                isNew = isNew || step.change != nil
                moment.isNew = isNew
                if range.contains(moment.point) && moment.point % every == 0 {
                    try visit(moment)
                    isNew = false
                }
                moment.stored.complete(step.completion, changes: step.change != nil)
                if case .none = step.completion {} else { isNew = true }
                moment.point += 1
            }
        }
        moment.step = nil
        moment.isNew = isNew
        if range.contains(moment.point) { try visit(moment) }
    }

    /// Gives each state to `body` and returns how many they were; a throw of `body` ends it. States that a point has in
    /// common with the one before, acknowledgements included, are given once.
    @discardableResult
    package func forEach<E: Error>(_ body: (CrashState) throws(E) -> Void) throws(E) -> Int {
        var kept = UnitSet()
        var count = 0
        let points = bounds.points ?? 0..<trace.pointCount + 1
        try walk(points, every: bounds.every) { (moment: borrowing Moment) throws(E) in
            guard moment.isNew else { return }
            let point = moment.point
            try forEachRecipe(point: point, stored: moment.stored) { (recipe) throws(E) in
                recipe.fill(&kept, for: moment.stored)
                count += 1
                try body(state(recipe, keeping: kept, at: moment))
            }
        }
        return count
    }

    func state(_ recipe: CrashState.Recipe, keeping kept: UnitSet, at moment: borrowing Moment) -> CrashState {
        let image = moment.stored.afterPowerCut(keeping: kept)
        return CrashState(
            id: .init(point: moment.point, recipe: recipe), markCount: moment.markCount,
            disk: SimulatedDisk(path: path, state: DiskState(stored: image, records: bounds.recordsTrace)),
            states: self)
    }

    private func forEachRecipe<E: Error>(
        point: Int, stored: borrowing StoredImage, _ body: (CrashState.Recipe) throws(E) -> Void
    ) throws(E) {
        let count = stored.unitCount
        try body(.nothing)
        if count == 0 { return }
        try body(.everything)
        if count < 63 && 1 << count <= bounds.subsets {
            for mask in 1..<max(1, UInt64(1) << UInt64(count) - 1) { try body(.subset(mask)) }
            return
        }
        var random = SeededRandom(seed: bounds.seed, stream: UInt64(point))
        for unit in spread(0..<count, &random) {
            try body(.drop(unit: unit))
            try body(.keep(unit: unit))
        }
        for index in spread(0..<stored.pending.count, &random) where stored.pending[index].unitCount > 1 {
            try body(.dropChange(index))
            try body(.keepChange(index))
        }
        if let last = stored.pending.last, last.unitCount > 1 {
            for end in spread(count - last.unitCount + 1..<count, &random) { try body(.prefix(end)) }
        }
        for _ in 0..<bounds.random { try body(.random(seed: random.next())) }
    }

    /// All of `range`, or `bounds.singles` of it at even distances.
    private func spread(_ range: Range<Int>, _ random: inout SeededRandom) -> some Sequence<Int> {
        let count = min(range.count, bounds.singles)
        let phase = count < range.count && count > 0 ? random.below(range.count / count) : 0
        let (lower, length) = (range.lowerBound, range.count)
        return (0..<count).lazy.map { lower + $0 * length / count + phase }
    }

    /// The state of that name, or nil if the trace has no such point.
    package func state(_ id: CrashState.ID) -> CrashState? {
        guard (0...trace.pointCount).contains(id.point) else { return nil }
        var result: CrashState?
        walk(id.point..<id.point + 1) { moment in
            var kept = UnitSet()
            id.recipe.fill(&kept, for: moment.stored)
            result = state(id.recipe, keeping: kept, at: moment)
        }
        return result
    }
}
