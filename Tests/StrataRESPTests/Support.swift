import StrataRESP

/// What a parser answered, with the words copied.
enum Parsed: Equatable {
    case words([[UInt8]])
    case violation(ProtocolViolation)
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func words(_ words: String...) -> Parsed { .words(words.map { Array($0.utf8) }) }

/// All requests of `input`, given to the parser in pieces that end at `cuts`, each time in other memory, as a receive
/// buffer that grows.
func parse(_ input: [UInt8], cuts: [Int] = [], limits: RequestLimits = RequestLimits()) -> [Parsed] {
    var parser = RequestParser()
    parser.limits = limits
    let arguments = Arguments()
    var parsed: [Parsed] = []
    var unread: [UInt8] = []
    var start = 0
    for cut in cuts + [input.count] {
        unread += input[start..<cut]
        start = cut
        var at = 0
        feeding: while true {
            let rest = Array(unread[at...])
            let answer = rest.withLent { bytes in
                let answer = parser.next(in: bytes, into: arguments)
                // Read while the bytes are still lent.
                if case .request = answer, arguments.count > 0 { parsed.append(.words(arguments.words)) }
                return answer
            }
            switch answer {
            case .incomplete: break feeding
            case .request(let size): at += size
            case .malformed(let violation): return parsed + [.violation(violation)]
            }
        }
        unread.removeSubrange(..<at)
    }
    return parsed
}
