/// Requests as a client sends them: arrays of bulk strings.
package struct RequestWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ words: [[UInt8]]) {
        header(UInt8(ascii: "*"), words.count)
        for word in words {
            header(UInt8(ascii: "$"), word.count)
            bytes += word
            bytes += [13, 10]
        }
    }

    package mutating func append(_ words: [String]) { append(words.map { Array($0.utf8) }) }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    private mutating func header(_ kind: UInt8, _ count: Int) {
        bytes.append(kind)
        bytes += Array(String(count).utf8)
        bytes += [13, 10]
    }
}
