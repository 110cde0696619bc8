import StrataDisk
import StrataRESP
import Testing

@Suite struct RequestParserTests {
    @Test(arguments: [
        ("*1\r\n$4\r\nPING\r\n", [words("PING")]),
        ("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$0\r\n\r\n", [words("SET", "a", "")]),
        ("*2\r\n$3\r\nGET\r\n$5\r\na\r\nb\n\r\n*1\r\n$4\r\nPING\r\n", [words("GET", "a\r\nb\n"), words("PING")]),
        ("PING\r\n", [words("PING")]),
        ("set  a\t b\n", [words("set", "a", "b")]),
        ("\r\n\n  \r\nPING\n", [words("PING")]),
        ("*0\r\n*-1\r\nPING\r\n", [words("PING")]),
        ("ECHO \"a b\\n\\x41\\q\\\"\" 'it\\'s \\n'\r\n", [words("ECHO", "a b\nAq\"", "it's \\n")]),
        ("ECHO a\"b c\" x\r\n", [words("ECHO", "ab c", "x")]),
        ("ECHO a\u{b}b \u{b}c \"\\x4z\"\r\n", [words("ECHO", "a\u{b}b", "c", "x4z")]),
        ("ECHO \"\" ''\r\n", [words("ECHO", "", "")]),
        // Redis looks neither at the byte after a carriage return nor at the two that end a bulk.
        ("*1\rX$4\rYPINGxx*1\r\n$4\r\nECHO\r\n", [words("PING"), words("ECHO")]),
    ])
    func requestsAreReadAtEverySplit(_ input: String, _ expected: [Parsed]) {
        let input = bytes(input)
        for cut in 0...input.count {
            #expect(parse(input, cuts: [cut]) == expected, "cut at \(cut)")
            for second in cut...input.count {
                #expect(parse(input, cuts: [cut, second]) == expected, "cuts at \(cut) and \(second)")
            }
        }
        #expect(parse(input, cuts: Array(0...input.count)) == expected, "byte by byte")
    }

    @Test(arguments: [
        ("*\r\n", ProtocolViolation.multibulkLength),
        ("*a\r\n", .multibulkLength),
        ("*-0\r\n", .multibulkLength),
        ("*01\r\n", .multibulkLength),
        ("*3\n\r\n", .multibulkLength),
        ("*2147483648\r\n", .multibulkLength),
        ("*99999999999999999999999\r\n", .multibulkLength),
        ("*1\r\n$-5\r\n", .bulkLength),
        ("*1\r\n$\r\n", .bulkLength),
        ("*1\r\n$+1\r\n", .bulkLength),
        ("*1\r\n$00\r\n", .bulkLength),
        ("*1\r\n$blabla\r\n", .bulkLength),
        ("*1\r\n$536870913\r\n", .bulkLength),
        ("*1\r\nx\r\n", .expectedBulk(found: UInt8(ascii: "x"))),
        ("*1\r\n\r\r\n", .expectedBulk(found: UInt8(ascii: "\r"))),
        ("*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n", .expectedBulk(found: UInt8(ascii: "f"))),
        ("SET \"a\r\n", .unbalancedQuotes),
        ("SET 'a\r\n", .unbalancedQuotes),
        ("SET \"a\"b\r\n", .unbalancedQuotes),
        ("SET 'a'b\r\n", .unbalancedQuotes),
        ("SET \"a\\\"\r\n", .unbalancedQuotes),
    ])
    func malformedBytesAreToldFromUnfinishedOnes(_ input: String, _ violation: ProtocolViolation) {
        let input = bytes(input)
        for cut in 0...input.count { #expect(parse(input, cuts: [cut]) == [.violation(violation)], "cut at \(cut)") }
        #expect(parse(bytes("PING\r\n") + input) == [words("PING"), .violation(violation)])
        // No proper beginning is an error yet.
        for length in 0..<input.count - 1 { #expect(parse(Array(input.prefix(length))) == [], "\(length) bytes") }
    }

    @Test func theTextsAreThoseOfRedis() {
        #expect(ProtocolViolation.multibulkLength.text == "Protocol error: invalid multibulk length")
        #expect(ProtocolViolation.bulkLength.text == "Protocol error: invalid bulk length")
        #expect(ProtocolViolation.expectedBulk(found: 0x78).text == "Protocol error: expected '$', got 'x'")
        #expect(ProtocolViolation.unbalancedQuotes.text == "Protocol error: unbalanced quotes in request")
        #expect(ProtocolViolation.inlineTooBig.text == "Protocol error: too big inline request")
        #expect(ProtocolViolation.multibulkCountTooBig.text == "Protocol error: too big mbulk count string")
        #expect(ProtocolViolation.bulkCountTooBig.text == "Protocol error: too big bulk count string")
    }

    @Test(arguments: [
        ("", ProtocolViolation.inlineTooBig), ("*", .multibulkCountTooBig), ("*1\r\n$", .bulkCountTooBig),
        ("\0", .inlineTooBig), ("*\0", .multibulkCountTooBig), ("*1\r\n$\0", .bulkCountTooBig),
    ])
    func aLineWithoutEndIsRefusedAfter64KiB(_ start: String, _ violation: ProtocolViolation) {
        let start = bytes(start)
        let line = start.count - (start.count > 2 ? 4 : 0)
        let ones = [UInt8](repeating: UInt8(ascii: "1"), count: 65_536 - line)
        #expect(parse(start + ones) == [])
        #expect(parse(start + ones + bytes("1")) == [.violation(violation)])
        #expect(parse(start + ones + bytes("1"), cuts: [100, 65_536]) == [.violation(violation)])
        if start.contains(0) {
            // A zero byte hides the line end, as from strchr.
            #expect(parse(start + ones + bytes("\r\n1")) == [.violation(violation)])
        }
    }

    @Test func theLimitsOfAConnectionWithoutAuthenticationHold() {
        var limits = RequestLimits()
        limits.isAuthenticated = false
        let word = bytes("$1\r\na\r\n")
        let ten = bytes("*10\r\n") + Array(repeatElement(word, count: 10).joined())
        #expect(parse(ten, limits: limits) == [.words(Array(repeating: bytes("a"), count: 10))])
        #expect(parse(bytes("*11\r\n"), limits: limits) == [.violation(.unauthenticatedMultibulkLength)])
        #expect(parse(bytes("*1\r\n$16384\r\n"), limits: limits) == [])
        #expect(parse(bytes("*1\r\n$16385\r\n"), limits: limits) == [.violation(.unauthenticatedBulkLength)])
    }

    @Test func aBulkLimitHolds() {
        var limits = RequestLimits()
        limits.bulk = 20
        #expect(parse(bytes("*1\r\n$20\r\n"), limits: limits) == [])
        #expect(parse(bytes("*1\r\n$21\r\n"), limits: limits) == [.violation(.bulkLength)])
    }

    @Test func whatIsMissingOfABulkIsSaid() {
        var parser = RequestParser()
        let arguments = Arguments()
        func answer(_ text: String) -> RequestParser.Answer {
            bytes(text).withLent { parser.next(in: $0, into: arguments) }
        }
        #expect(answer("*1\r\n$1000") == .incomplete(missing: 1))
        #expect(answer("*1\r\n$1000\r\n") == .incomplete(missing: 1_002))
        #expect(answer("*1\r\n$1000\r\nabc") == .incomplete(missing: 999))
        #expect(parser.isWithinRequest)
        let whole = "*1\r\n$1000\r\n" + String(repeating: "x", count: 1_000) + "\r\n"
        #expect(answer(whole) == .request(size: whole.utf8.count))
        #expect(!parser.isWithinRequest)
    }

    @Test(arguments: 0..<4)
    func randomBytesParseAsTheReferenceParserSays(_ stream: UInt64) {
        let seed: UInt64 = 20_261_122
        var random = SeededRandom(seed: seed, stream: stream)
        for round in 0..<1_500 {
            let input = RandomRequests.make(&random)
            let expected = ReferenceRequestParser.parse(input)
            let cuts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                Int.random(in: 0...input.count, using: &random)
            }
            let found = parse(input, cuts: cuts.sorted())
            #expect(
                found == expected,
                "seed \(seed), stream \(stream), round \(round), cuts \(cuts.sorted()), input \(input)")
        }
    }

    @Test func argumentsGrowWithWhatCameAndNotWithWhatWasAnnounced() {
        var parser = RequestParser()
        let arguments = Arguments()
        let start = bytes("*2147483647\r\n$1\r\na\r\n$536870912\r\n")
        #expect(start.withLent { parser.next(in: $0, into: arguments) } == .incomplete(missing: 536_870_914))
        #expect(arguments.count == 1)
        var many = bytes("*100000\r\n")
        for _ in 0..<100_000 { many += bytes("$1\r\nb\r\n") }
        #expect(parse(many) == [.words(Array(repeating: bytes("b"), count: 100_000))])
    }
}
