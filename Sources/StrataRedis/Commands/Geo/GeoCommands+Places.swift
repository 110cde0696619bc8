import StrataRESP

extension GeoCommands {
    /// Metres per unit.
    static func unit(_ text: Bytes) throws(RedisError) -> Double {
        if text.isWord("m") { return 1 }
        if text.isWord("km") { return 1000 }
        if text.isWord("ft") { return 0.3048 }
        if text.isWord("mi") { return 1609.34 }
        throw RedisError("ERR unsupported unit provided. please use M, KM, FT, MI")
    }

    /// Longitude and latitude at `index`.
    static func point(_ execution: Execution, _ index: Int) throws(RedisError) -> GeoPoint {
        let point = GeoPoint(
            longitude: try execution.double(index), latitude: try execution.double(index + 1))
        guard abs(point.longitude) <= GeoHash.maxLongitude, abs(point.latitude) <= GeoHash.maxLatitude else {
            let pair = "\(ScoreText.sixDigits(point.longitude)),\(ScoreText.sixDigits(point.latitude))"
            throw RedisError("ERR invalid longitude,latitude pair \(pair)")
        }
        return point
    }

    static func point(of member: Bytes, in set: SortedSetValue?) -> GeoPoint? {
        set?.score(of: member).map { GeoHash(score: $0).center }
    }

    static func reply(_ reply: ReplyBuffer, _ point: GeoPoint) {
        reply.array(2)
        reply.coordinate(point.longitude)
        reply.coordinate(point.latitude)
    }

    static func geoadd(_ execution: Execution) throws(RedisError) {
        var onlyNew = false
        var onlyExisting = false
        var countsChanged = false
        var first = 2
        options: while first < execution.arguments.count {
            let word = execution.argument(first)
            if word.isWord("nx") {
                onlyNew = true
            } else if word.isWord("xx") {
                onlyExisting = true
            } else if word.isWord("ch") {
                countsChanged = true
            } else {
                break options
            }
            first += 1
        }
        let end = execution.arguments.count
        guard end > first, (end - first) % 3 == 0, !(onlyNew && onlyExisting) else { throw .syntax }
        var scores: [Double] = []
        for index in stride(from: first, to: end, by: 3) {
            scores.append(GeoHash(try point(execution, index), steps: GeoHash.maxSteps).score)
        }
        let key = execution.argument(1)
        let limits = execution.limits
        let size = execution.argument(first + 2).count
        let set =
            try onlyExisting
            ? execution.database.value(SortedSetValue.self, toChange: key)
            : execution.database.value(
                SortedSetValue.self, toChange: key, orMake: { SortedSetValue(firstMemberSize: size, limits: limits) })
        var added = 0
        var changed = 0
        if let set {
            for (place, score) in scores.enumerated() {
                let member = execution.argument(first + 3 * place + 2)
                if onlyNew || onlyExisting {
                    let isThere = set.score(of: member) != nil
                    if isThere ? onlyNew : onlyExisting { continue }
                }
                switch set.set(member, to: score, limits: limits) {
                case .added: added += 1
                case .changed: changed += 1
                case .same: break
                }
            }
        }
        execution.reply.integer(countsChanged ? added + changed : added)
        guard added + changed > 0 else { return }
        execution.changed(key, .sortedSet, "zadd", count: Int64(added + changed))
        if added > 0 { execution.signalReady(key) }
        // Logged as the ZADD that it is.
        execution.propagateInstead(first + 2 * scores.count) { encoder in
            encoder.add("ZADD")
            for index in 1..<first { encoder.add(execution.argument(index)) }
            for (place, score) in scores.enumerated() {
                encoder.add(Int64(score))
                encoder.add(execution.argument(first + 3 * place + 2))
            }
        }
    }

    static func geodist(_ execution: Execution) throws(RedisError) {
        var metres = 1.0
        if execution.arguments.count == 5 {
            metres = try unit(execution.argument(4))
        } else if execution.arguments.count > 5 {
            throw .syntax
        }
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        guard let a = point(of: execution.argument(2), in: set), let b = point(of: execution.argument(3), in: set)
        else {
            return execution.reply.null()
        }
        execution.reply.bulk(ScoreText.distance(a.distance(to: b) / metres))
    }

    static func geohash(_ execution: Execution) throws(RedisError) {
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        execution.reply.array(execution.arguments.count - 2)
        for index in 2..<max(2, execution.arguments.count) {
            if let point = point(of: execution.argument(index), in: set) {
                execution.reply.bulk(GeoHash.text(of: point))
            } else {
                execution.reply.null()
            }
        }
    }

    static func geopos(_ execution: Execution) throws(RedisError) {
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(1))
        execution.reply.array(execution.arguments.count - 2)
        for index in 2..<max(2, execution.arguments.count) {
            if let point = point(of: execution.argument(index), in: set) {
                reply(execution.reply, point)
            } else {
                execution.reply.nullArray()
            }
        }
    }
}
