import StrataDisk
import StrataRESP
import StrataRedis
import Testing

@Suite struct GeoCommandsTests {
    private func number(_ random: inout SeededRandom, _ span: Double) -> String {
        "\(((random.unit() - 0.5) * span * 1e6).rounded() / 1e6)"
    }

    private func point(_ random: inout SeededRandom) -> [String] {
        if random.chance(0.01) { return ["190", "2"] }
        // Most in one region, so that searches find something; some anywhere, near the poles and the date line too.
        if random.chance(0.7) { return [number(&random, 4), number(&random, 4)] }
        return [number(&random, 360), number(&random, 170)]
    }

    private func unit(_ random: inout SeededRandom) -> String { ["m", "km", "ft", "mi", "KM"][random.below(5)] }
    private func size(_ random: inout SeededRandom) -> [String] {
        let unit = unit(&random)
        let metres = unit == "m" || unit == "ft" ? 1000.0 : 1.0
        let size = random.unit() * metres * (random.chance(0.2) ? 6000 : 300)
        return ["\((size * 100).rounded() / 100)", unit]
    }

    private func options(_ random: inout SeededRandom, stores: Bool) -> [String] {
        var words: [String] = []
        if !stores {
            for option in ["WITHDIST", "WITHHASH", "WITHCOORD"] where random.chance(0.4) { words.append(option) }
        }
        if random.chance(0.4) { words.append(["ASC", "DESC"][random.below(2)]) }
        if random.chance(0.4) {
            words += ["COUNT", "\(1 + random.below(8))"]
            if random.chance(0.3) { words.append("ANY") }
        }
        return words
    }

    private func search(_ random: inout SeededRandom, stores: Bool) -> [String] {
        var words = random.chance(0.5) ? ["FROMMEMBER", "p\(random.below(100))"] : ["FROMLONLAT"] + point(&random)
        let size = size(&random)
        words += random.chance(0.5) ? ["BYRADIUS"] + size : ["BYBOX", size[0]] + self.size(&random)
        return words + options(&random, stores: stores)
    }

    private func command(_ random: inout SeededRandom) -> [String] {
        let member = "p\(random.below(100))"
        switch random.below(14) {
        case 0...3:
            var words = ["GEOADD", "g"]
            for option in ["NX", "XX", "CH"] where random.chance(0.1) { words.append(option) }
            for _ in 0...random.below(3) { words += point(&random) + ["p\(random.below(100))"] }
            return words
        case 4: return ["GEODIST", "g", member, "p\(random.below(110))"] + (random.chance(0.5) ? [unit(&random)] : [])
        case 5: return ["GEOHASH", "g", member, "p\(random.below(110))"]
        case 6: return ["GEOPOS", "g", member, "none"]
        case 7: return ["GEORADIUS", "g"] + point(&random) + size(&random) + options(&random, stores: false)
        case 8: return ["GEORADIUSBYMEMBER", "g", member] + size(&random) + options(&random, stores: false)
        case 9:
            return ["GEORADIUS", "g"] + point(&random) + size(&random) + options(&random, stores: true) + [
                ["STORE", "STOREDIST"][random.below(2)], "out",
            ]
        case 10, 11: return ["GEOSEARCH", random.chance(0.03) ? "none" : "g"] + search(&random, stores: false)
        case 12:
            return ["GEOSEARCHSTORE", "out", "g"] + search(&random, stores: true)
                + (random.chance(0.5) ? ["STOREDIST"] : [])
        default: return ["ZRANGE", "out", "0", "-1", "WITHSCORES"]
        }
    }

    @Test(arguments: [(401, 2), (402, 3), (403, 2)] as [(UInt64, Int)])
    func answersAsRedis(_ seed: UInt64, version: Int) throws {
        guard let both = try TwoServers(GeoCommands.all + SortedSetCommands.all, seed: seed, version: version) else {
            return
        }
        var random = SeededRandom(seed: seed)
        for _ in 0..<1500 {
            guard try both.agree(command(&random)) else { return }
        }
        try both.sameEncoding("g")
        try both.sameLog()
    }
}
