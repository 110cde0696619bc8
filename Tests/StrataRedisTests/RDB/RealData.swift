import StrataDisk
import StrataRESP

/// Data of every type and encoding, made in a real server by its own commands; the same for the same seed.
enum RealData {
    static func fill(_ server: RealRedis, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func word(_ size: Int, letters: Int = 26) -> String {
            String(decoding: (0..<size).map { _ in UInt8(97 + random.below(letters)) }, as: UTF8.self)
        }
        func run(_ words: [String]) throws {
            let reply = try server.command(words.map { Array($0.utf8) })
            if reply.isError {
                throw RedisConnection.Failure(description: "\(words.prefix(2)): \(reply.text ?? "")")
            }
        }
        for database in [0, 7] {
            try run(["SELECT", "\(database)"])
            for value in [
                "", "0", "-1", "127", "128", "-32769", "2147483648", "9223372036854775807", "1e5", word(44),
                word(5000, letters: 2),
            ] {
                try run(["SET", "string:\(word(8))", value])
            }
            _ = try server.command(
                [Array("SET".utf8), [0, 255, 13, 10], (0..<300).map { UInt8(truncatingIfNeeded: $0) }])
            for size in [1, 3, 100, 700] {
                let values = (0..<size).map { _ in
                    random.chance(0.3) ? "\(random.next() >> UInt64(random.below(64)))" : word(1 + random.below(40))
                }
                try run(["RPUSH", "list:\(size)"] + values)
                try run(["SADD", "set:\(size)"] + values)
                try run(
                    ["SADD", "intset:\(size)"]
                        + (0..<size).map { _ in "\(Int64(bitPattern: random.next()) >> Int64(size > 9 ? 20 : 50))" })
                try run(["HSET", "hash:\(size)"] + values.flatMap { [$0, word(1 + random.below(20))] })
                try run(["ZADD", "zset:\(size)"] + values.flatMap { ["\(Double(random.below(1000)) / 8 - 20)", $0] })
            }
            try run(["RPUSH", "list:large", word(9000), word(20, letters: 2), word(70_000, letters: 3)])
            try run(["HSET", "hash:wide", "f", word(100), "g", word(10_000)])
            try run(["ZADD", "zset:ends", "-inf", "a", "inf", "b", "0.1", "c", "1e300", "d", "-0.0", "e"])
            try run(["PFADD", "hll"] + (0..<200).map { "\($0)" })
            for entry in 1...250 {
                let fields = entry % 7 == 0 ? ["other", word(5)] : ["a", "\(entry)", "b", word(1 + random.below(9))]
                try run(["XADD", "stream", "\(1000 + entry / 3)-\(entry % 3 + 1)"] + fields)
            }
            for entry in 20..<40 { try run(["XDEL", "stream", "\(1000 + entry)-1"]) }
            try run(["XGROUP", "CREATE", "stream", "group", "0"])
            try run(["XGROUP", "CREATE", "stream", "idle", "$"])
            try run(["XREADGROUP", "GROUP", "group", "one", "COUNT", "30", "STREAMS", "stream", ">"])
            try run(["XREADGROUP", "GROUP", "group", "two", "COUNT", "9", "STREAMS", "stream", ">"])
            try run(["XGROUP", "CREATECONSUMER", "stream", "group", "three"])
            try run(["XACK", "stream", "group", "1001-1", "1002-2"])
            try run(["XGROUP", "CREATE", "stream:empty", "g", "$", "MKSTREAM"])
            try run(["XADD", "stream:emptied", "5-5", "a", "b"])
            try run(["XDEL", "stream:emptied", "5-5"])
            try run(["PEXPIREAT", "list:3", "4102444800123"])
            try run(["SET", "expiring", "v", "EX", "100000"])
        }
        try run(["SELECT", "0"])
    }

    static func digest(_ server: RealRedis) throws -> String {
        let reply = try server.command("DEBUG", "DIGEST")
        guard let text = reply.text, !reply.isError else { throw RedisConnection.Failure(description: "\(reply)") }
        return text
    }
}
