/// One legal outcome of a power cut: what the disk holds when the machine is up again.
package struct CrashState: Sendable, CustomStringConvertible {
    /// Which of the changes not yet durable the power cut left. Units are the parts that it decides over one by one
    /// (sectors, growths, sizes, names), numbered from 0 over all such changes in the order of the calls.
    package enum Recipe: Sendable, Equatable {
        case nothing
        case everything
        /// Everything but one unit.
        case drop(unit: Int)
        /// Nothing but one unit.
        case keep(unit: Int)
        /// Everything but one change, counted like the units.
        case dropChange(Int)
        case keepChange(Int)
        /// The units below this one: the changes in order, and the last of them torn.
        case prefix(Int)
        /// Bit n is unit n.
        case subset(UInt64)
        /// By chance, from this seed.
        case random(seed: UInt64)
        /// These runs of units.
        case units([Range<Int>])
    }

    /// Names a state of a trace; "17:drop=3" as text, which reads back.
    package struct ID: Sendable, Equatable {
        /// The I/O point under way when the power went off; the number of points for a cut after the last.
        package var point: Int
        package var recipe: Recipe

        package init(point: Int, recipe: Recipe) {
            self.point = point
            self.recipe = recipe
        }
    }

    package let id: ID
    /// Acknowledgements, `trace.marks`, made before the point: these must have survived.
    package let markCount: Int
    /// Rebooted: everything on it is durable.
    package let disk: SimulatedDisk
    let states: CrashStates

    package var point: Int { id.point }

    /// The acknowledgements that must have survived.
    package var marks: ArraySlice<UInt64> { states.trace.marks[..<markCount] }

    /// What was under way, and which changes were kept, dropped and torn; with the id that repeats it.
    package var description: String { states.describe(id) }
}

extension CrashState.Recipe {
    /// Sets in `kept` the units of `stored` that this recipe keeps.
    func fill(_ kept: inout UnitSet, for stored: borrowing StoredImage) {
        let count = stored.unitCount
        switch self {
        case .nothing: kept.reset(capacity: count)
        case .everything: kept.reset(capacity: count, filled: true)
        case .drop(let unit):
            kept.reset(capacity: count, filled: true)
            if unit < count { kept.remove(unit) }
        case .keep(let unit):
            kept.reset(capacity: count)
            if unit < count { kept.insert(unit) }
        case .dropChange(let index):
            kept.reset(capacity: count, filled: true)
            for unit in stored.units(ofChange: index) { kept.remove(unit) }
        case .keepChange(let index):
            kept.reset(capacity: count)
            for unit in stored.units(ofChange: index) { kept.insert(unit) }
        case .prefix(let end):
            kept.reset(capacity: count)
            for unit in 0..<min(end, count) { kept.insert(unit) }
        case .subset(let mask):
            kept.reset(capacity: count)
            kept.setLow(count >= 64 ? mask : mask & ((1 << UInt64(count)) - 1))
        case .random(let seed):
            kept.reset(capacity: count)
            kept.fillRandomly(stored.pending, seed: seed)
        case .units(let runs):
            kept.reset(capacity: count)
            for run in runs { for unit in run.clamped(to: 0..<count) { kept.insert(unit) } }
        }
    }
}

extension StoredImage {
    /// The units of the change at `index`; none of one that is not undecided or not there.
    func units(ofChange index: Int) -> Range<Int> {
        guard index < pending.count else { return 0..<0 }
        let start = pending[..<index].reduce(0) { $0 + $1.unitCount }
        return start..<start + pending[index].unitCount
    }
}

extension CrashState.ID: LosslessStringConvertible {
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let point = Int(parts[0]), point >= 0 else { return nil }
        guard let recipe = CrashState.Recipe(String(parts[1])) else { return nil }
        self.init(point: point, recipe: recipe)
    }

    package var description: String { "\(point):\(recipe)" }
}

extension CrashState.Recipe: LosslessStringConvertible {
    package init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let value = parts.count == 2 ? parts[1] : ""
        switch (parts[0], Int(value)) {
        case ("nothing", nil) where parts.count == 1: self = .nothing
        case ("everything", nil) where parts.count == 1: self = .everything
        case ("drop", let unit?) where unit >= 0: self = .drop(unit: unit)
        case ("keep", let unit?) where unit >= 0: self = .keep(unit: unit)
        case ("drop-change", let index?) where index >= 0: self = .dropChange(index)
        case ("keep-change", let index?) where index >= 0: self = .keepChange(index)
        case ("prefix", let end?) where end >= 0: self = .prefix(end)
        case ("subset", _):
            guard let mask = UInt64(value, radix: 16) else { return nil }
            self = .subset(mask)
        case ("random", _):
            guard let seed = UInt64(value, radix: 16) else { return nil }
            self = .random(seed: seed)
        case ("units", _):
            var runs: [Range<Int>] = []
            for run in value.split(separator: ",") {
                let ends = run.split(separator: "-").map { Int($0) }
                guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last, last < .max
                else { return nil }
                runs.append(first..<last + 1)
            }
            self = .units(runs)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .nothing: "nothing"
        case .everything: "everything"
        case .drop(let unit): "drop=\(unit)"
        case .keep(let unit): "keep=\(unit)"
        case .dropChange(let index): "drop-change=\(index)"
        case .keepChange(let index): "keep-change=\(index)"
        case .prefix(let end): "prefix=\(end)"
        case .subset(let mask): "subset=" + String(mask, radix: 16)
        case .random(let seed): "random=" + String(seed, radix: 16)
        case .units(let runs):
            "units="
                + runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound - 1)" }
                .joined(separator: ",")
        }
    }
}
