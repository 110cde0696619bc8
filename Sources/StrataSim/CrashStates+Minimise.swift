/// From a failing state to one that shows the cause.
extension CrashStates {
    /// The first state that `fails`, made as small as it can be, or nil if none does.
    package func firstFailure(where fails: (CrashState) -> Bool) -> CrashState? {
        do {
            try forEach { (state) throws(FoundFailure) in if fails(state) { throw FoundFailure(state: state) } }
            return nil
        } catch {
            return minimised(error.state, where: fails)
        }
    }

    /// A state of the same point that still `fails` and differs as little as possible from "everything kept" or, where
    /// that takes fewer units, from "nothing kept": taking any single one of the differences back makes it pass.
    ///
    /// Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 28(2),
    /// 2002) over the units, once from each end.
    package func minimised(_ failing: CrashState, where fails: (CrashState) -> Bool) -> CrashState {
        var result = failing
        walk(failing.point..<failing.point + 1) { moment in
            let stored = moment.stored
            var kept = UnitSet()
            failing.id.recipe.fill(&kept, for: stored)
            let count = kept.capacity
            let test = { (units: UnitSet) -> Bool in
                fails(self.state(.units(units.runs), keeping: units, at: moment))
            }
            let fewestDropped = reduce(kept, towards: true, test)
            let fewestKept = reduce(kept, towards: false, test)
            let best = count - fewestDropped.count <= fewestKept.count ? fewestDropped : fewestKept
            let recipe: CrashState.Recipe =
                best.count == 0 ? .nothing : best.count == count ? .everything : .units(best.runs)
            result = state(recipe, keeping: best, at: moment)
        }
        return result
    }

    /// Moves as many units as it can into the set (`kept` true) or out of it, by halves, then by ones until no move
    /// is possible.
    private func reduce(_ start: UnitSet, towards kept: Bool, _ fails: (UnitSet) -> Bool) -> UnitSet {
        var best = start
        var size = max(1, best.capacity / 2)
        while true {
            var hasMoved = false
            var next = 0
            while next < best.capacity {
                var candidate = best
                for unit in next..<min(next + size, best.capacity) {
                    if kept { candidate.insert(unit) } else { candidate.remove(unit) }
                }
                next += size
                if candidate != best && fails(candidate) {
                    best = candidate
                    hasMoved = true
                }
            }
            if size > 1 { size /= 2 } else if !hasMoved { return best }
        }
    }
}

private struct FoundFailure: Error { let state: CrashState }

extension UnitSet {
    var runs: [Range<Int>] {
        var result: [Range<Int>] = []
        forEachRun(in: 0..<capacity) { result.append($0) }
        return result
    }
}
