import CAllocationCounter
import StrataRESP
import Testing

@Suite struct ArgumentsTests {
    @Test func copiesKeepTheirWordsWhenTheBufferIsUsedAgain() {
        var parser = RequestParser()
        let arguments = Arguments()
        var buffer = bytes("*2\r\n$3\r\nGET\r\n$1\r\na\r\n")
        _ = buffer.withLent { parser.next(in: $0, into: arguments) }
        let copy = buffer.withLent { _ in arguments.copy() }
        buffer = [UInt8](repeating: 0, count: buffer.count)
        #expect(copy.words == [bytes("GET"), bytes("a")])
        #expect(copy.size == 4)
        #expect(copy[1].text == "a")
    }

    @Test func ownWordsGrowAndAreUsedAgain() {
        let arguments = Arguments()
        for round in 0..<3 {
            arguments.removeAll()
            for index in 0..<2_000 { bytes("\(round) \(index)").withLent { arguments.append($0) } }
            #expect(arguments.count == 2_000)
            #expect(arguments[1_999].text == "\(round) 1999")
            #expect(arguments[0].text == "\(round) 0")
        }
        #expect(Arguments(["a", ""]).words == [bytes("a"), []])
        #expect(QuotedWords.split("save \"\" '3600 1'") == [bytes("save"), [], bytes("3600 1")])
        #expect(QuotedWords.split("save \"") == nil)
    }

    @Test(.enabled(if: allocation_counter_is_available()))
    func parsingAllocatesNothing() {
        var parser = RequestParser()
        let arguments = Arguments()
        let input = bytes("*3\r\n$3\r\nSET\r\n$16\r\nkey:000000000001\r\n$3\r\nxyz\r\n")
        let pipeline = Array(repeatElement(input, count: 100).joined())
        var requests = 0
        allocation_counter_join()
        let before = allocation_counter_of_thread()
        pipeline.withLent { bytes in
            var at = 0
            while case .request(let size) = parser.next(in: bytes[at..<bytes.count], into: arguments) {
                at += size
                requests += arguments.count == 3 && arguments[1].count == 16 ? 1 : 0
            }
        }
        let allocations = allocation_counter_of_thread() - before
        allocation_counter_leave()
        #expect(allocations == 0)
        #expect(requests == 100)
    }
}
