import StrataRESP

/// The newest commands that took long.
package struct SlowLog {
    package struct Entry: Sendable {
        package var id: Int64
        /// Seconds since 1970.
        package var time: Int64
        package var microseconds: Int64
        package var arguments: [[UInt8]]
        package var address: String
        package var clientName: [UInt8]
    }
    /// The newest first.
    package private(set) var entries: [Entry] = []
    private var nextID: Int64 = 0

    private static let argumentLimit = 32
    private static let byteLimit = 128

    package init() {}

    mutating func add(_ arguments: Arguments, microseconds: Int64, now: Int64, client: RedisClient, limit: Int) {
        entries.insert(
            Entry(
                id: nextID, time: now / 1000, microseconds: microseconds, arguments: Self.shortened(arguments),
                address: client.address, clientName: client.name), at: 0)
        nextID += 1
        trim(to: limit)
    }

    mutating func trim(to limit: Int) { if entries.count > limit { entries.removeLast(entries.count - max(0, limit)) } }

    mutating func removeAll() { entries.removeAll() }

    /// At most 32 arguments of at most 128 bytes, and how much was left out, as Redis says it.
    private static func shortened(_ arguments: Arguments) -> [[UInt8]] {
        let shown = min(arguments.count, argumentLimit)
        return (0..<shown).map { index in
            if shown < arguments.count, index == shown - 1 {
                return Array("... (\(arguments.count - shown + 1) more arguments)".utf8)
            }
            let argument = arguments[index]
            if argument.count <= byteLimit { return argument.copy() }
            return argument[0..<byteLimit].copy() + Array("... (\(argument.count - byteLimit) more bytes)".utf8)
        }
    }
}
