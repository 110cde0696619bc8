/// Places on the earth in sorted sets, their scores being geohashes: `GEO...`.
package enum GeoCommands {
    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let stored = CommandKeys.stored(first: 1, words: ["store", "storedist"])
    private static let search = "O(N+log(M)) with N members in the cells around the shape and M within it."
    private static let radiusOptions =
        "[WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]"
    private static let searchOptions =
        "<FROMMEMBER member | FROMLONLAT longitude latitude> <BYRADIUS radius unit | BYBOX width height unit> [ASC | DESC] [COUNT count [ANY]]"

    package static let all: [CommandSpec] = [
        CommandSpec(
            "geoadd", arity: -5, [.write, .denyoom], keys: key, group: .geo, since: "3.2.0",
            summary: "Adds places, or moves them.", complexity: "O(log(N)) for each place, N being in the set.",
            syntax: "key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]", handler: geoadd),
        CommandSpec(
            "geodist", arity: -4, .readonly, keys: key, group: .geo, since: "3.2.0",
            summary: "Returns the distance between two places.", complexity: "O(log(N))",
            syntax: "key member1 member2 [M | KM | FT | MI]", handler: geodist),
        CommandSpec(
            "geohash", arity: -2, .readonly, keys: key, group: .geo, since: "3.2.0",
            summary: "Returns places as geohash texts.", complexity: "O(log(N)) for each member.",
            syntax: "key [member [member ...]]", handler: geohash),
        CommandSpec(
            "geopos", arity: -2, .readonly, keys: key, group: .geo, since: "3.2.0",
            summary: "Returns longitude and latitude of places.", complexity: "O(N) with N members asked for.",
            syntax: "key [member [member ...]]", handler: geopos),
        CommandSpec(
            "georadius", arity: -6, [.write, .denyoom], keys: stored, group: .geo, since: "3.2.0",
            summary: "Finds the places within a distance from a point.", complexity: search,
            syntax: "key longitude latitude radius <M | KM | FT | MI> \(radiusOptions) [STORE key] [STOREDIST key]",
            handler: { (execution) throws(RedisError) in try GeoSearch.run(execution, .radius(isReadonly: false)) }),
        CommandSpec(
            "georadius_ro", arity: -6, .readonly, keys: key, group: .geo, since: "3.2.10",
            summary: "GEORADIUS that stores nothing.", complexity: search,
            syntax: "key longitude latitude radius <M | KM | FT | MI> \(radiusOptions)",
            handler: { (execution) throws(RedisError) in try GeoSearch.run(execution, .radius(isReadonly: true)) }),
        CommandSpec(
            "georadiusbymember", arity: -5, [.write, .denyoom], keys: stored, group: .geo, since: "3.2.0",
            summary: "Finds the places within a distance from another.", complexity: search,
            syntax: "key member radius <M | KM | FT | MI> \(radiusOptions) [STORE key] [STOREDIST key]",
            handler: { (execution) throws(RedisError) in
                try GeoSearch.run(execution, .radiusByMember(isReadonly: false))
            }),
        CommandSpec(
            "georadiusbymember_ro", arity: -5, .readonly, keys: key, group: .geo, since: "3.2.10",
            summary: "GEORADIUSBYMEMBER that stores nothing.", complexity: search,
            syntax: "key member radius <M | KM | FT | MI> \(radiusOptions)",
            handler: { (execution) throws(RedisError) in try GeoSearch.run(execution, .radiusByMember(isReadonly: true))
            }),
        CommandSpec(
            "geosearch", arity: -7, .readonly, keys: key, group: .geo, since: "6.2.0",
            summary: "Finds the places within a circle or a box.", complexity: search,
            syntax: "key \(searchOptions) [WITHCOORD] [WITHDIST] [WITHHASH]",
            handler: { (execution) throws(RedisError) in try GeoSearch.run(execution, .search) }),
        CommandSpec(
            "geosearchstore", arity: -8, [.write, .denyoom], keys: .range(first: 1, last: 2, step: 1), group: .geo,
            since: "6.2.0", summary: "Stores the places within a circle or a box.", complexity: search,
            syntax: "destination source \(searchOptions) [STOREDIST]",
            handler: { (execution) throws(RedisError) in try GeoSearch.run(execution, .searchAndStore) }),
    ]
}
