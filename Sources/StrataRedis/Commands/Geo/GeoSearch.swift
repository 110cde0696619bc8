import StrataRESP

/// One search of GEORADIUS, GEOSEARCH and the like: its options, and what it finds.
struct GeoSearch {
    enum Command {
        case radius(isReadonly: Bool)
        case radiusByMember(isReadonly: Bool)
        case search
        case searchAndStore

        var isSearch: Bool {
            switch self {
            case .search, .searchAndStore: true
            default: false
            }
        }
        var mayStore: Bool {
            switch self {
            case .radius(let isReadonly), .radiusByMember(let isReadonly): !isReadonly
            default: false
            }
        }
    }

    enum Order {
        case none, ascending, descending
    }

    private var center: GeoPoint?
    private var form: GeoShape.Form?
    private var metres = 1.0
    private var withDistance = false
    private var withHash = false
    private var withCoordinates = false
    private var isAny = false
    private var order = Order.none
    /// 0 for all.
    private var count = 0
    private var destination: Bytes?
    private var storesDistance = false
    // GEOSEARCH must be told each of these once.
    private var memberCount = 0
    private var pointCount = 0
    private var circleCount = 0
    private var boxCount = 0

    private struct Hit {
        var member: [UInt8]
        var score: Double
        var distance: Double
        var point: GeoPoint
    }

    static func run(_ execution: Execution, _ command: Command) throws(RedisError) {
        var sourceAt = 1
        if case .searchAndStore = command { sourceAt = 2 }
        let set = try execution.database.value(SortedSetValue.self, at: execution.argument(sourceAt))
        var search = GeoSearch()
        try search.parse(execution, command, set)
        try search.carryOut(execution, command, set)
    }

    // MARK: Options

    private mutating func parse(_ execution: Execution, _ command: Command, _ set: SortedSetValue?) throws(RedisError) {
        var at: Int
        switch command {
        case .radius:
            center = try GeoCommands.point(execution, 2)
            try circle(execution, 4)
            at = 6
        case .radiusByMember:
            if set != nil {
                try center(execution, member: 2, set)
                try circle(execution, 3)
            }
            at = 5
        case .search: at = 2
        case .searchAndStore:
            destination = execution.argument(1)
            at = 3
        }
        while at < execution.arguments.count { try option(execution, command, set, &at) }
        if destination != nil, withDistance || withHash || withCoordinates {
            let name = command.isSearch ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS"
            throw RedisError("ERR \(name) is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
        }
        if command.isSearch {
            let name = execution.argument(0).text
            if memberCount + pointCount != 1 {
                throw RedisError("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for \(name)")
            }
            if circleCount + boxCount != 1 {
                throw RedisError("ERR exactly one of BYRADIUS and BYBOX can be specified for \(name)")
            }
        }
        if isAny, count == 0 { throw RedisError("ERR the ANY argument requires COUNT argument") }
        // The nearest ones are wanted, unless any will do.
        if count > 0, order == .none, !isAny { order = .ascending }
    }

    /// One option, and `at` behind it.
    private mutating func option(
        _ execution: Execution, _ command: Command, _ set: SortedSetValue?, _ at: inout Int
    ) throws(RedisError) {
        let word = execution.argument(at)
        let rest = execution.arguments.count - at - 1
        at += 1
        if word.isWord("withdist") {
            withDistance = true
        } else if word.isWord("withhash") {
            withHash = true
        } else if word.isWord("withcoord") {
            withCoordinates = true
        } else if word.isWord("any") {
            isAny = true
        } else if word.isWord("asc") {
            order = .ascending
        } else if word.isWord("desc") {
            order = .descending
        } else if word.isWord("count"), rest >= 1 {
            let wanted = try execution.integer(at)
            guard wanted > 0 else { throw RedisError("ERR COUNT must be > 0") }
            count = Int(wanted)
            at += 1
        } else if command.mayStore, rest >= 1, word.isWord("store") || word.isWord("storedist") {
            destination = execution.argument(at)
            storesDistance = word.isWord("storedist")
            at += 1
        } else if case .searchAndStore = command, word.isWord("storedist") {
            storesDistance = true
        } else if command.isSearch {
            try searchOption(execution, word, rest, set, &at)
        } else {
            throw .syntax
        }
    }

    private mutating func searchOption(
        _ execution: Execution, _ word: Bytes, _ rest: Int, _ set: SortedSetValue?, _ at: inout Int
    ) throws(RedisError) {
        if word.isWord("frommember"), rest >= 1 {
            // Without a source the rest is read all the same: it may be wrong.
            if set != nil { try center(execution, member: at, set) }
            memberCount = 1
            at += 1
        } else if word.isWord("fromlonlat"), rest >= 2 {
            center = try GeoCommands.point(execution, at)
            pointCount = 1
            at += 2
        } else if word.isWord("byradius"), rest >= 2 {
            try circle(execution, at)
            circleCount = 1
            at += 2
        } else if word.isWord("bybox"), rest >= 3 {
            let width = try execution.double(at, orThrow: RedisError("ERR need numeric width"))
            let height = try execution.double(at + 1, orThrow: RedisError("ERR need numeric height"))
            guard width >= 0, height >= 0 else { throw RedisError("ERR height or width cannot be negative") }
            metres = try GeoCommands.unit(execution.argument(at + 2))
            form = .box(width: width, height: height)
            boxCount = 1
            at += 3
        } else {
            throw .syntax
        }
    }

    private mutating func center(_ execution: Execution, member: Int, _ set: SortedSetValue?) throws(RedisError) {
        guard let point = GeoCommands.point(of: execution.argument(member), in: set) else {
            throw RedisError("ERR could not decode requested zset member")
        }
        center = point
    }

    private mutating func circle(_ execution: Execution, _ at: Int) throws(RedisError) {
        let radius = try execution.double(at, orThrow: RedisError("ERR need numeric radius"))
        guard radius >= 0 else { throw RedisError("ERR radius cannot be negative") }
        metres = try GeoCommands.unit(execution.argument(at + 1))
        form = .circle(radius: radius)
    }

    // MARK: Results

    private func carryOut(_ execution: Execution, _ command: Command, _ set: SortedSetValue?) throws(RedisError) {
        var hits: [Hit] = []
        if let set, let center, let form {
            hits = find(set, GeoShape(center: center, form: form, metresPerUnit: metres))
        }
        switch order {
        case .none: break
        case .ascending: hits.sort { $0.distance < $1.distance }
        case .descending: hits.sort { $0.distance > $1.distance }
        }
        if count > 0, hits.count > count { hits.removeSubrange(count...) }
        if let destination {
            let event: StaticString = command.isSearch ? "geosearchstore" : "georadiusstore"
            return store(execution, destination, hits, event)
        }
        let reply = execution.reply
        let extras = (withDistance ? 1 : 0) + (withHash ? 1 : 0) + (withCoordinates ? 1 : 0)
        reply.array(hits.count)
        for hit in hits {
            if extras > 0 { reply.array(extras + 1) }
            reply.bulk(hit.member)
            if withDistance { reply.bulk(ScoreText.distance(hit.distance / metres)) }
            if withHash { reply.integer(Int64(hit.score)) }
            if withCoordinates { GeoCommands.reply(reply, hit.point) }
        }
    }

    private func find(_ set: SortedSetValue, _ shape: GeoShape) -> [Hit] {
        var hits: [Hit] = []
        let limit = isAny ? count : 0
        for cell in shape.cells {
            if limit > 0, hits.count >= limit { break }
            let (from, to) = cell.scores
            set.forEach(ranks: set.ranks(of: ScoreRange(min: from, max: to, excludesMax: true))) { member, score in
                let point = GeoHash(score: score).center
                if let distance = shape.distance(ifWithin: point) {
                    hits.append(Hit(member: member.copy(), score: score, distance: distance, point: point))
                }
                return limit == 0 || hits.count < limit
            }
        }
        return hits
    }

    private func store(_ execution: Execution, _ key: Bytes, _ hits: [Hit], _ event: StaticString) {
        if hits.isEmpty {
            if execution.database.delete(key) { execution.changed(key, .generic, "del") }
            return execution.reply.integer(0)
        }
        let result = SortedSetValue(isLarge: true)
        for hit in hits {
            let score = storesDistance ? hit.distance / metres : hit.score
            hit.member.withLent { _ = result.set($0, to: score, limits: execution.limits) }
        }
        result.makePackedIfFits(execution.limits)
        execution.database.set(key, result)
        execution.changed(key, .sortedSet, event, count: Int64(hits.count))
        execution.signalReady(key)
        execution.reply.integer(hits.count)
    }
}
