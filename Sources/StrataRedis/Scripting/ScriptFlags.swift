import StrataRESP

/// What a script says of itself in its first line: `#!lua flags=no-writes,allow-oom`.
package struct ScriptFlags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    static let noWrites = ScriptFlags(rawValue: 1 << 0)
    static let allowOOM = ScriptFlags(rawValue: 1 << 1)
    static let allowStale = ScriptFlags(rawValue: 1 << 2)
    static let noCluster = ScriptFlags(rawValue: 1 << 3)
    static let allowCrossSlotKeys = ScriptFlags(rawValue: 1 << 4)
    /// It says nothing: its commands are checked one by one, as before Redis 7.
    static let compatible = ScriptFlags(rawValue: 1 << 7)

    private static let names: [String: ScriptFlags] = [
        "no-writes": .noWrites, "allow-oom": .allowOOM, "allow-stale": .allowStale, "no-cluster": .noCluster,
        "allow-cross-slot-keys": .allowCrossSlotKeys,
    ]

    /// The flags of `script`, and where its code begins. The line's end stays, so that lines are counted from the first.
    static func parse(_ script: Bytes) throws(RedisError) -> (flags: ScriptFlags, start: Int) {
        guard script.count >= 2, script[0] == UInt8(ascii: "#"), script[1] == UInt8(ascii: "!") else {
            return (.compatible, 0)
        }
        guard let end = script.buffer.firstIndex(of: 10) else { throw RedisError("ERR Invalid script shebang") }
        let words = script[0..<end].text.split(separator: " ", omittingEmptySubsequences: true)
        guard let engine = words.first, engine == "#!lua" else {
            throw RedisError("ERR Unexpected engine in script shebang: \(words.first ?? "")")
        }
        var flags: ScriptFlags = []
        for word in words.dropFirst() {
            guard word.hasPrefix("flags=") else { throw RedisError("ERR Unknown lua shebang option: \(word)") }
            for name in word.dropFirst(6).split(separator: ",") {
                guard let flag = names[String(name)] else {
                    throw RedisError("ERR Unexpected flag in script shebang: \(name)")
                }
                flags.insert(flag)
            }
        }
        return (flags, end)
    }
}
