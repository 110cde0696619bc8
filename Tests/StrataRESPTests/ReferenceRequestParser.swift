import StrataDisk
import StrataRESP

/// Redis' rules written down once more over a whole input, with no regard for speed and without the state of pieces.
enum ReferenceRequestParser {
    static func parse(_ input: [UInt8]) -> [Parsed] {
        var rest = input[...]
        var parsed: [Parsed] = []
        while let first = rest.first {
            if first == UInt8(ascii: "*") {
                guard let count = line(&rest) else { return parsed }
                guard let number = count.dropFirst().canonical, number <= 2_147_483_647 else {
                    return parsed + [.violation(.multibulkLength)]
                }
                var words: [[UInt8]] = []
                for _ in stride(from: 0, to: number, by: 1) {
                    guard let header = line(&rest) else { return parsed }
                    // An empty line has its carriage return for a kind.
                    let kind = header.first ?? 13
                    guard kind == UInt8(ascii: "$") else { return parsed + [.violation(.expectedBulk(found: kind))] }
                    guard let size = header.dropFirst().canonical, size >= 0, size <= 512 << 20 else {
                        return parsed + [.violation(.bulkLength)]
                    }
                    guard rest.count >= size + 2 else { return parsed }
                    words.append(Array(rest.prefix(size)))
                    rest = rest.dropFirst(size + 2)
                }
                if !words.isEmpty { parsed.append(.words(words)) }
            } else {
                guard let end = rest.firstIndex(of: 10), !rest[..<end].contains(0) else { return parsed }
                var text = rest[..<end]
                rest = rest[(end + 1)...]
                if text.last == 13 { text.removeLast() }
                guard let words = split(Array(text)) else { return parsed + [.violation(.unbalancedQuotes)] }
                if !words.isEmpty { parsed.append(.words(words)) }
            }
        }
        return parsed
    }

    /// Up to a carriage return, and past the byte after it.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let end = rest.firstIndex(of: 13), end + 1 < rest.endIndex, !rest[..<end].contains(0) else { return nil }
        defer { rest = rest[(end + 2)...] }
        return rest[..<end]
    }

    /// Words by a table of states, one byte at a time.
    private static func split(_ line: [UInt8]) -> [[UInt8]]? {
        enum State { case between, plain, single, double, closed }
        let spaces: Set<UInt8> = [9, 10, 11, 12, 13, 32]
        var state = State.between
        var words: [[UInt8]] = []
        var input = line[...]
        while let byte = input.popFirst() {
            switch state {
            case .between, .closed:
                if spaces.contains(byte) {
                    state = .between
                    continue
                }
                if state == .closed { return nil }
                words.append([])
                state = .plain
                input = [byte] + input
            case .plain:
                if byte == 34 {
                    state = .double
                } else if byte == 39 {
                    state = .single
                } else if [9, 10, 13, 32].contains(byte) {
                    state = .between
                } else {
                    words[words.count - 1].append(byte)
                }
            case .single:
                if byte == 39 {
                    state = .closed
                } else {
                    if byte == 92, input.first == 39 {
                        input.removeFirst(); words[words.count - 1].append(39)
                    } else {
                        words[words.count - 1].append(byte)
                    }
                }
            case .double:
                if byte == 34 {
                    state = .closed
                } else if byte == 92, let next = input.first {
                    let hex = input.dropFirst().prefix(2).compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
                    if next == UInt8(ascii: "x"), input.count >= 3, hex.count == 2 {
                        words[words.count - 1].append(hex[0] * 16 + hex[1])
                        input = input.dropFirst(3)
                    } else {
                        let escapes: [UInt8: UInt8] = [110: 10, 114: 13, 116: 9, 98: 8, 97: 7]
                        words[words.count - 1].append(escapes[next] ?? next)
                        input = input.dropFirst()
                    }
                } else {
                    words[words.count - 1].append(byte)
                }
            }
        }
        return state == .single || state == .double ? nil : words
    }
}

extension ArraySlice<UInt8> {
    /// A number in the one form that Redis takes.
    fileprivate var canonical: Int? {
        let text = String(decoding: self, as: UTF8.self)
        guard let number = Int(text), String(number) == text else { return nil }
        return number
    }
}

/// Input that is nearly right: whole requests, some of them hurt, and bytes that the grammar knows.
enum RandomRequests {
    static func make(_ random: inout SeededRandom) -> [UInt8] {
        var input: [UInt8] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                var writer = RequestWriter()
                writer.append((0..<Int.random(in: 0...5, using: &random)).map { _ in word(&random) })
                input += writer.bytes
            case 6..<9:
                let alphabet = Array("ab \t\"'\\x4nq\u{b}".utf8)
                input += (0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random)!
                }
                input += Bool.random(using: &random) ? [13, 10] : [10]
            default:
                let alphabet = Array("*$-0123\r\n\0a".utf8)
                input += (0..<Int.random(in: 0...9, using: &random)).map { _ in alphabet.randomElement(using: &random)!
                }
            }
        }
        if Int.random(in: 0..<3, using: &random) == 0, !input.isEmpty {
            let place = Int.random(in: 0..<input.count, using: &random)
            if Bool.random(using: &random) {
                input.remove(at: place)
            } else {
                input[place] = Array("*$\r\n01\0".utf8).randomElement(using: &random)!
            }
        }
        return input
    }

    private static func word(_ random: inout SeededRandom) -> [UInt8] {
        (0..<Int.random(in: 0...14, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
}
