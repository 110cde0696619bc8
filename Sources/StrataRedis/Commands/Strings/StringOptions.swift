import StrataRESP

/// What follows key and value in SET, and the key in GETEX.
struct StringOptions {
    private(set) var onlyNew = false
    private(set) var onlyOld = false
    private(set) var isGet = false
    private(set) var keepsExpiry = false
    private(set) var isPersist = false
    /// The time is since 1970, not from now on.
    private(set) var isAbsolute = false
    private var isSeconds = false
    /// Where the time stands.
    private var timeAt: Int?

    init(_ execution: Execution, from first: Int, isGetEx: Bool = false) throws(RedisError) {
        var at = first
        while at < execution.arguments.count {
            let word = execution.argument(at)
            let hasNext = at + 1 < execution.arguments.count
            // A time may be given again, in the same unit.
            let mayBeTime =
                hasNext && !keepsExpiry && !isPersist
                && (timeAt == nil
                    || isSeconds == (word.count > 0 && word[0] | 0x20 == UInt8(ascii: "e"))
                        && isAbsolute == (word.count == 4))
            if !isGetEx, word.isWord("nx"), !onlyOld {
                onlyNew = true
            } else if !isGetEx, word.isWord("xx"), !onlyNew {
                onlyOld = true
            } else if !isGetEx, word.isWord("get") {
                isGet = true
            } else if !isGetEx, word.isWord("keepttl"), timeAt == nil {
                keepsExpiry = true
            } else if isGetEx, word.isWord("persist"), timeAt == nil {
                isPersist = true
            } else if mayBeTime, word.isWord("ex") || word.isWord("exat") {
                isSeconds = true
                isAbsolute = word.count == 4
                timeAt = at + 1
                at += 1
            } else if mayBeTime, word.isWord("px") || word.isWord("pxat") {
                isAbsolute = word.count == 4
                timeAt = at + 1
                at += 1
            } else {
                throw .syntax
            }
            at += 1
        }
    }

    /// When the key is to go, milliseconds since 1970.
    func moment(_ execution: Execution, command: StaticString) throws(RedisError) -> Int64? {
        guard let timeAt else { return nil }
        return try Self.moment(
            execution.integer(timeAt), isSeconds: isSeconds, isAbsolute: isAbsolute, now: execution.now,
            command: command)
    }

    static func moment(
        _ time: Int64, isSeconds: Bool, isAbsolute: Bool, now: Int64, command: StaticString
    ) throws(RedisError) -> Int64 {
        let scaled = time.multipliedReportingOverflow(by: isSeconds ? 1000 : 1)
        let moment = scaled.partialValue.addingReportingOverflow(isAbsolute ? 0 : now)
        if time <= 0 || scaled.overflow || moment.overflow {
            throw RedisError("ERR invalid expire time in '\(command)' command")
        }
        return moment.partialValue
    }
}
