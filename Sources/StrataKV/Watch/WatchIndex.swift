/// Who watches a key: groups of single keys by hash, groups of ranges by interval.
struct WatchIndex {
    private var keys: [[UInt8]: WatchGroup] = [:]
    private var ranges = IntervalIndex()
    /// By the numbers of `ranges`.
    private var rangeGroups: [WatchGroup?] = []

    /// The group of this range, made where there is none.
    mutating func group(of range: KeyRange) -> WatchGroup {
        switch range.end {
        case .single:
            if let group = keys[range.start] { return group }
            let group = WatchGroup(range)
            keys[range.start] = group
            return group
        case .before(let end): return group(of: range, end)
        case .unbounded: return group(of: range, nil)
        }
    }

    private mutating func group(of range: KeyRange, _ end: [UInt8]?) -> WatchGroup {
        if let number = ranges.number(start: range.start, end: end), let group = rangeGroups[number] { return group }
        let group = WatchGroup(range)
        let number = ranges.insert(start: range.start, end: end)
        if number == rangeGroups.count { rangeGroups.append(nil) }
        rangeGroups[number] = group
        return group
    }

    mutating func remove(_ group: WatchGroup) {
        switch group.range.end {
        case .single: keys[group.range.start] = nil
        case .before(let end): remove(group.range, end)
        case .unbounded: remove(group.range, nil)
        }
    }

    private mutating func remove(_ range: KeyRange, _ end: [UInt8]?) {
        if let number = ranges.remove(start: range.start, end: end) { rangeGroups[number] = nil }
    }

    var groups: [WatchGroup] { Array(keys.values) + rangeGroups.compactMap { $0 } }

    func forEach(watching key: [UInt8], _ body: (WatchGroup) -> Void) {
        if let group = keys[key] { body(group) }
        ranges.forEach(holding: key) { number in
            if let group = rangeGroups[number] { body(group) }
        }
    }
}
