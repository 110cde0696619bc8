/// What a Redis server says in answer to INFO: "field:value" lines.
struct RedisInfo: Sendable {
    private var fields: [Substring: Substring] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[line[..<colon]] = line[line.index(after: colon)...]
        }
    }

    subscript(field: String) -> String? { fields[Substring(field)].map(String.init) }

    /// Nil where the field is not there or is no number.
    func number(_ field: String) -> UInt64? { fields[Substring(field)].flatMap { UInt64($0) } }
}

extension RedisConnection {
    /// Sends one command that answers with text, and returns that.
    func text(_ command: String...) throws -> String {
        queue(command)
        try send()
        return try readText() ?? ""
    }

    func info(_ sections: String...) throws -> RedisInfo {
        queue(["INFO"] + sections)
        try send()
        return RedisInfo(try readText() ?? "")
    }

    /// Nil where the server has no such setting.
    func setting(_ name: String) throws -> String? {
        queue(["CONFIG", "GET", name])
        try send()
        let pair = try readStrings()
        return pair.count == 2 ? pair[1] : nil
    }

    /// Keys of the first database.
    func keyCount() throws -> Int {
        queue(["DBSIZE"])
        try send()
        return try readInteger()
    }
}
