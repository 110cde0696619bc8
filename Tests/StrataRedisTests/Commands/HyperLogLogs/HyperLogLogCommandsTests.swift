import StrataDisk
import StrataRESP
import StrataRedis
import Testing

@Suite struct HyperLogLogCommandsTests {
    @Test(arguments: [301, 302] as [UInt64])
    func answersAndBytesAreThoseOfRedis(_ seed: UInt64) throws {
        guard let both = try TwoServers(HyperLogLogCommands.all + StringCommands.all + SetCommands.all, seed: seed)
        else { return }
        var random = SeededRandom(seed: seed)
        try both.agree(["SET", "text", "x"])
        try both.agree(["SADD", "set", "x"])
        for _ in 0..<700 {
            let key = random.chance(0.03) ? ["text", "set"][random.below(2)] : "h\(random.below(4))"
            let other = "h\(random.below(5))"
            var words: [String]
            switch random.below(12) {
            case 0...6:
                words = ["PFADD", key]
                for _ in 0..<random.below(40) { words.append("element-\(random.below(key == "h0" ? 100 : 20_000))") }
            case 7, 8: words = ["PFCOUNT", key]
            case 9: words = ["PFCOUNT", key, other]
            case 10: words = random.chance(0.3) ? ["PFMERGE", "h4", key, other] : ["PFDEBUG", "ENCODING", key]
            default: words = random.chance(0.1) ? ["PFDEBUG", "TODENSE", "h1"] : ["PFDEBUG", "DECODE", "h0"]
            }
            guard try both.agree(words) else { return }
            guard try both.agree(["GET", "h\(random.below(5))"]) else { return }
        }
        // More elements than one request takes: 10^5 of them.
        for start in stride(from: 0, to: 100_000, by: 1000) {
            try both.agree(["PFADD", "large"] + (start..<start + 1000).map { "element-\($0)" })
        }
        try both.agree(["PFCOUNT", "large"])
        try both.agree(["GET", "large"])
        #expect(try both.ours.command("PFCOUNT", "large") == .integer(100_917))
        try both.agree(["PFSELFTEST"])
    }
}
