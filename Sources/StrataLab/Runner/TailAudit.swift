import StrataSystems

/// What must be in a store after a tail was cut short: for every key that was written, its last acknowledged value, or that of a
/// later write that was on its way.
struct TailAudit {
    private let stream: TailStream
    private let acknowledged: UInt64
    /// By key, the last acknowledged write.
    private var last: [UInt64: UInt64] = [:]
    /// By key, the writes after that: they may be there.
    private var late: [UInt64: [UInt64]] = [:]
    /// Of the last acknowledged write; nil where none was.
    private(set) var lastKey: UInt64?

    /// `stream` at its beginning.
    init(_ stream: TailStream, acknowledged: UInt64, submitted: UInt64) {
        self.stream = stream
        self.acknowledged = acknowledged
        var replayed = stream
        for number in 0..<max(acknowledged, submitted) {
            let key = replayed.nextKey()
            if number < acknowledged {
                last[key] = number
                if number == acknowledged - 1 { lastKey = key }
            } else {
                late[key, default: []].append(number)
            }
        }
    }

    /// Whether `value` is what `key` may have, byte for byte. True for every value of a key that the tail did not touch.
    func accepts(_ value: RawSpan, of key: UInt64) -> Bool {
        guard let last = last[key] else { return true }
        guard let number = TailStream.number(of: value), number == last || late[key]?.contains(number) == true else {
            return false
        }
        let matches = try? stream.withValue(of: number) { expected in
            expected.byteCount == value.byteCount
                && expected.withUnsafeBytes { left in value.withUnsafeBytes { left.elementsEqual($0) } }
        }
        return matches ?? false
    }

    /// Reads every key of the tail; returns how many keys lost their last acknowledged write. Ends early, with nil, when `stop`
    /// is raised.
    func losses(in client: any SystemClient, stop: StopFlag) throws -> UInt64? {
        var lost: UInt64 = 0
        for key in last.keys {
            if stop.isRaised { return nil }
            var isRight = false
            let found = try client.read(key: key) { isRight = accepts($0, of: key) }
            if !found || !isRight { lost += 1 }
        }
        return lost
    }

    /// Keys with an acknowledged write.
    var count: Int { last.count }
}
