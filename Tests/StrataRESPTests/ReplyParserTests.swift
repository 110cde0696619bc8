import StrataDisk
import StrataRESP
import Testing

@Suite struct ReplyParserTests {
    static let golden: [(String, Reply)] = [
        ("+OK\r\n", .simple(bytes("OK"))),
        ("-ERR no\r\n", .error(bytes("ERR no"))),
        (":-12\r\n", .integer(-12)),
        ("$5\r\na\r\nbc\r\n", .bulk(bytes("a\r\nbc"))),
        ("$0\r\n\r\n", .bulk([])),
        ("$-1\r\n", .null), ("*-1\r\n", .null), ("_\r\n", .null),
        ("*0\r\n", .array([])),
        ("*2\r\n:1\r\n*1\r\n+a\r\n", .array([.integer(1), .array([.simple(bytes("a"))])])),
        ("%1\r\n+k\r\n*0\r\n", .map([.simple(bytes("k")), .array([])])),
        ("~2\r\n:1\r\n:2\r\n", .set([.integer(1), .integer(2)])),
        (">2\r\n$7\r\nmessage\r\n_\r\n", .push([.bulk(bytes("message")), .null])),
        ("#t\r\n", .boolean(true)), ("#f\r\n", .boolean(false)),
        (",1.5\r\n", .double(bytes("1.5"))), (",inf\r\n", .double(bytes("inf"))),
        (
            "(3492890328409238509324850943850943825024385\r\n",
            .bigNumber(bytes("3492890328409238509324850943850943825024385"))
        ),
        ("=8\r\ntxt:some\r\n", .verbatim(format: bytes("txt"), bytes("some"))),
        ("!5\r\nERR x\r\n", .error(bytes("ERR x"))),
        (
            "|1\r\n+ttl\r\n:9\r\n*2\r\n:1\r\n|0\r\n:2\r\n",
            .attributed([.simple(bytes("ttl")), .integer(9)], .array([.integer(1), .attributed([], .integer(2))]))
        ),
    ]

    @Test func everyKindIsReadAtEverySplit() throws {
        for (text, expected) in Self.golden {
            let input = bytes(text) + bytes(":7\r\n")
            for cut in 0...input.count {
                var parser = ReplyParser()
                var replies: [Reply] = []
                for piece in [input[..<cut], input[cut...]] {
                    parser.append(Array(piece))
                    while let reply = try parser.next() { replies.append(reply) }
                }
                #expect(replies == [expected, .integer(7)], "\(text.debugDescription) cut at \(cut)")
                #expect(parser.unreadCount == 0)
            }
        }
    }

    @Test(arguments: [
        "x\r\n", ":1x\r\n", "$-2\r\n", "*-2\r\n", "%-1\r\n", "#x\r\n", "_1\r\n", "+a\n", "$1\r\nabc", "=2\r\nab\r\n",
        "$?\r\n", "*?\r\n", "\n",
    ])
    func malformedRepliesAreRefused(_ text: String) {
        var parser = ReplyParser()
        parser.append(bytes("+OK\r\n" + text))
        #expect(throws: Never.self) { try parser.next() }
        let failure = #expect(throws: ReplyParser.Failure.self) { try parser.next() }
        #expect(failure?.offset == 5)
        // And nothing is read after that.
        parser.append(bytes("+OK\r\n"))
        #expect(throws: ReplyParser.Failure.self) { try parser.next() }
    }

    @Test func nestingAndAnnouncedSizesCostNothing() throws {
        var parser = ReplyParser()
        for _ in 0..<ReplyParser.maximalDepth { parser.append(bytes("*2147483647\r\n")) }
        #expect(try parser.next() == nil)
        parser.append(bytes("*1\r\n"))
        #expect(throws: ReplyParser.Failure.self) { try parser.next() }
    }

    @Test(arguments: [2, 3])
    func whatTheReplyBufferWritesIsRead(_ version: Int) throws {
        let buffer = ReplyBuffer(capacity: 64)
        buffer.version = version
        buffer.ok()
        buffer.error("ERR two\r\nlines")
        buffer.integer(Int64.min)
        buffer.bulk(Int64.max)
        buffer.bulk(String(repeating: "v", count: 300))
        buffer.begin(.map)
        buffer.bulk("k")
        buffer.set(1)
        buffer.null()
        buffer.end(1)
        buffer.double("1.5")
        buffer.boolean(true)
        buffer.push(1)
        buffer.nullArray()
        buffer.verbatim("text")
        buffer.bigNumber("123")
        var parser = ReplyParser()
        parser.append(buffer.bytes)
        var found: [Reply] = []
        while let reply = try parser.next() { found.append(reply) }
        let inner: Reply = version == 2 ? .array([.null]) : .set([.null])
        #expect(
            found == [
                .simple(bytes("OK")), .error(bytes("ERR two  lines")), .integer(.min),
                .bulk(bytes("9223372036854775807")),
                .bulk(Array(repeating: UInt8(ascii: "v"), count: 300)),
                version == 2 ? .array([.bulk(bytes("k")), inner]) : .map([.bulk(bytes("k")), inner]),
                version == 2 ? .bulk(bytes("1.5")) : .double(bytes("1.5")), version == 2 ? .integer(1) : .boolean(true),
                version == 2 ? .array([.null]) : .push([.null]),
                version == 2 ? .bulk(bytes("text")) : .verbatim(format: bytes("txt"), bytes("text")),
                version == 2 ? .bulk(bytes("123")) : .bigNumber(bytes("123")),
            ])
        #expect(parser.unreadCount == 0)
    }

    @Test func randomBytesNeverTrapAndSplitsDoNotMatter() {
        let seed: UInt64 = 7_004
        var random = SeededRandom(seed: seed)
        let alphabet = Array("+-:$*%~>#,(=!|_0123\r\n\r\n\r\ntfa".utf8)
        for round in 0..<3_000 {
            let input = (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            func all(_ cut: Int) -> ([Reply], ReplyParser.Failure?) {
                var parser = ReplyParser()
                var replies: [Reply] = []
                for piece in [input[..<cut], input[cut...]] {
                    parser.append(Array(piece))
                    do throws(ReplyParser.Failure) {
                        while let reply = try parser.next() { replies.append(reply) }
                    } catch { return (replies, error) }
                }
                return (replies, nil)
            }
            let whole = all(input.count)
            let cut = all(Int.random(in: 0...input.count, using: &random))
            #expect(whole == cut, "seed \(seed), round \(round), input \(input)")
        }
    }
}
