import StrataDisk

extension VersionReader {
    /// Answers a range whose revision has been checked. `current`: the newest revision to be seen.
    func range(_ request: RangeRequest, current: Int64) throws(StorageError) -> RangeResponse {
        let keys = KeyRange(key: request.key, rangeEnd: request.rangeEnd)
        let revision = request.revision > 0 ? request.revision : current
        var response = RangeResponse(revision: current)
        if request.countOnly {
            response.count = try count(keys, at: revision)
            return response
        }
        let order = request.comparison
        let limit = request.limit > 0 ? Int(clamping: request.limit) : .max
        let sortsByValue = request.sortTarget == .value
        // Where most of what is found is sorted away, values are read once it is known whose.
        let comesLater = order != nil && limit < .max && !sortsByValue && !request.keysOnly
        let copiesValues = sortsByValue || !(request.keysOnly || comesLater)
        try scan(keys, at: revision) { (key, version, value) in
            response.count += 1
            guard request.accepts(version) else { return true }
            if response.keyValues.count == limit, order == nil {
                response.more = true
                return true
            }
            response.keyValues.append(
                KeyValue(
                    key: VersionFormat.unescape(key), version, value: copiesValues ? value.copy() : []))
            // Never holds many times what will be answered.
            if let order, limit < .max / 2, response.keyValues.count >= max(2 * limit, 1024) {
                response.cut(by: order, to: limit)
            }
            return true
        }
        if let order { response.cut(by: order, to: limit) }
        for index in response.keyValues.indices where comesLater || request.keysOnly && sortsByValue {
            let key = response.keyValues[index].key
            response.keyValues[index].value =
                comesLater ? try get(key.span.bytes, at: revision) { $1.copy() } ?? [] : []
        }
        return response
    }
}

extension RangeResponse {
    fileprivate mutating func cut(by order: (KeyValue, KeyValue) -> Bool, to limit: Int) {
        keyValues.sort(by: order)
        guard keyValues.count > limit else { return }
        keyValues.removeLast(keyValues.count - limit)
        more = true
    }
}

extension RangeRequest {
    @inline(__always)
    func accepts(_ version: KeyVersion) -> Bool {
        !(minModRevision > 0 && version.modRevision < minModRevision
            || maxModRevision > 0 && version.modRevision > maxModRevision
            || minCreateRevision > 0 && version.createRevision < minCreateRevision
            || maxCreateRevision > 0 && version.createRevision > maxCreateRevision)
    }

    /// Whether one key-value stands before another; nil where key order, in which they are found, will do. Equals are in key
    /// order, so that every answer is the same on every run.
    var comparison: ((KeyValue, KeyValue) -> Bool)? {
        if sortTarget == .key && sortOrder != .descend { return nil }
        let isDescending = sortOrder == .descend
        func by<T: Comparable>(_ field: @escaping (KeyValue) -> T) -> (KeyValue, KeyValue) -> Bool {
            return { first, second in
                let (a, b) = (field(first), field(second))
                if a == b { return first.key.lexicographicallyPrecedes(second.key) }
                return isDescending ? b < a : a < b
            }
        }
        switch sortTarget {
        case .key: return { $1.key.lexicographicallyPrecedes($0.key) }
        case .version: return by(\.version)
        case .create: return by(\.createRevision)
        case .mod: return by(\.modRevision)
        case .value:
            return { first, second in
                if first.value == second.value { return first.key.lexicographicallyPrecedes(second.key) }
                return isDescending
                    ? second.value.lexicographicallyPrecedes(first.value)
                    : first.value.lexicographicallyPrecedes(second.value)
            }
        }
    }
}
