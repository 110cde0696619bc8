import StrataRESP

extension StreamCommands {
    static let invalidID = RedisError("ERR Invalid stream ID specified as stream command argument")

    /// Decimal digits that fit 64 bits.
    private static func unsigned(_ text: Bytes) -> UInt64? {
        if text.isEmpty { return nil }
        var value: UInt64 = 0
        for byte in text.buffer {
            let digit = byte &- UInt8(ascii: "0")
            if digit > 9 { return nil }
            let (product, isOver) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = product.addingReportingOverflow(UInt64(digit))
            if isOver || isOverToo { return nil }
            value = sum
        }
        return value
    }

    /// `ms-seq`, or `ms` alone.
    /// - Parameter missing: the sequence where there is none.
    static func parseID(_ text: Bytes, missing: UInt64 = 0) -> StreamID? {
        for index in 0..<min(text.count, 128) where text[index] == UInt8(ascii: "-") {
            guard let milliseconds = unsigned(text[0..<index]), let sequence = unsigned(text[index + 1..<text.count])
            else { return nil }
            return StreamID(milliseconds, sequence)
        }
        return unsigned(text).map { StreamID($0, missing) }
    }

    static func id(_ text: Bytes, missing: UInt64 = 0) throws(RedisError) -> StreamID {
        guard let id = parseID(text, missing: missing) else { throw invalidID }
        return id
    }

    /// The same, `-` and `+` being the lowest and highest.
    static func boundOrID(_ text: Bytes, missing: UInt64) throws(RedisError) -> StreamID {
        if text.count == 1 {
            if text[0] == UInt8(ascii: "-") { return .zero }
            if text[0] == UInt8(ascii: "+") { return .max }
        }
        return try id(text, missing: missing)
    }

    /// The start of an interval: `(id` is the next after it.
    static func start(_ text: Bytes) throws(RedisError) -> StreamID {
        guard !text.isEmpty, text[0] == UInt8(ascii: "(") else { return try boundOrID(text, missing: 0) }
        guard let next = try id(text[1..<text.count]).next else {
            throw RedisError("ERR invalid start ID for the interval")
        }
        return next
    }

    static func end(_ text: Bytes) throws(RedisError) -> StreamID {
        guard !text.isEmpty, text[0] == UInt8(ascii: "(") else { return try boundOrID(text, missing: .max) }
        guard let previous = try id(text[1..<text.count], missing: .max).previous else {
            throw RedisError("ERR invalid end ID for the interval")
        }
        return previous
    }

    /// What XADD and XTRIM are to trim.
    struct TrimOptions {
        var trim: StreamValue.Trim?
        var isApproximate = false
        var limit = 0
        /// Arguments that hold `~` and the threshold, for the log.
        var specifierAt = 0
        var thresholdAt = 0
        /// XADD: make no stream.
        var needsStream = false
        /// XADD: where the id stands.
        var idAt = 0
    }

    static func trimOptions(_ execution: Execution, isAdd: Bool) throws(RedisError) -> TrimOptions {
        var options = TrimOptions()
        var limit: Int64?
        var at = 2
        let last = execution.arguments.count - 1
        while at <= last {
            let word = execution.argument(at)
            let isLength = word.isWord("maxlen")
            if isAdd, word.count == 1, word[0] == UInt8(ascii: "*") { break }
            if at < last, isLength || word.isWord("minid") {
                if options.trim != nil {
                    throw RedisError("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
                }
                let sign = execution.argument(at + 1)
                if at + 1 < last, sign.count == 1, sign[0] == UInt8(ascii: "~") || sign[0] == UInt8(ascii: "=") {
                    options.isApproximate = sign[0] == UInt8(ascii: "~")
                    at += 1
                    options.specifierAt = at
                }
                at += 1
                if isLength {
                    let length = try execution.integer(at)
                    guard length >= 0 else { throw RedisError("ERR The MAXLEN argument must be >= 0.") }
                    options.trim = .length(Int(length))
                } else {
                    options.trim = .below(try id(execution.argument(at)))
                }
                options.thresholdAt = at
            } else if at < last, word.isWord("limit") {
                at += 1
                let given = try execution.integer(at)
                guard given >= 0 else { throw RedisError("ERR The LIMIT argument must be >= 0.") }
                limit = given
            } else if isAdd, word.isWord("nomkstream") {
                options.needsStream = true
            } else if isAdd {
                break
            } else {
                throw .syntax
            }
            at += 1
        }
        options.idAt = at
        if let limit, limit > 0, options.trim == nil {
            throw RedisError("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
        }
        if !isAdd, options.trim == nil {
            throw RedisError("ERR syntax error, XTRIM must be called with at least one trimming strategy")
        }
        if let limit {
            guard options.isApproximate else {
                throw RedisError("ERR syntax error, LIMIT cannot be used without the special ~ option")
            }
            options.limit = Int(limit)
        } else if options.isApproximate {
            // What one call does at most: 100 nodes, as Redis has it.
            let entries = 100 * execution.limits.streamNodeMaxEntries
            options.limit = entries <= 0 ? 10_000 : min(entries, 1_000_000)
        }
        return options
    }
}
