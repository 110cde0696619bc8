extension ServerSettings {
    /// A setting of the front end that has no such value.
    package struct Refusal: Error, Equatable, CustomStringConvertible {
        package var name: String
        package var reason: String
        package var description: String { "\(name): \(reason)" }
    }

    /// Takes one setting of Redis' configuration, as a file or CONFIG SET names it. False: it is none of the front
    /// end's. Sizes may have units ("1mb").
    package mutating func set(_ name: String, _ values: [String]) throws(Refusal) -> Bool {
        let text = values.joined(separator: " ")
        func number(_ range: ClosedRange<Int>) throws(Refusal) -> Int {
            guard let value = Int(text) else {
                throw Refusal(name: name, reason: "argument couldn't be parsed into an integer")
            }
            guard range.contains(value) else {
                throw Refusal(
                    name: name, reason: "argument must be between \(range.lowerBound) and \(range.upperBound) inclusive"
                )
            }
            return value
        }
        func memory(_ text: String, from least: Int = 0) throws(Refusal) -> Int {
            guard let value = Self.bytes(text), value >= least else {
                throw Refusal(name: name, reason: "argument must be a memory value")
            }
            return value
        }
        switch name {
        // Addresses may have come as one word: CONFIG SET bind "127.0.0.1 ::1".
        case "bind": bind = text.split(separator: " ").map(String.init)
        case "port": port = try number(0...65_535)
        case "unixsocket": unixSocket = text.isEmpty ? nil : text
        case "unixsocketperm":
            guard let permissions = UInt32(text, radix: 8), permissions <= 0o777 else {
                throw Refusal(name: name, reason: "argument couldn't be parsed into an integer")
            }
            unixSocketPermissions = permissions
        case "tcp-backlog": backlog = try number(0...Int(Int32.max))
        case "maxclients": maxClients = try number(1...Int(Int32.max))
        case "timeout": idleSeconds = try number(0...Int(Int32.max))
        case "tcp-keepalive": tcpKeepalive = try number(0...Int(Int32.max))
        case "proto-max-bulk-len": maxBulk = try memory(text, from: 1 << 20)
        case "client-query-buffer-limit": queryBufferLimit = try memory(text, from: 1 << 20)
        case "client-output-buffer-limit":
            try setOutputLimits(text.split(separator: " ").map(String.init), name, memory)
        default: return false
        }
        return true
    }

    /// `class hard soft seconds`, once or more; all of them or none.
    private mutating func setOutputLimits(
        _ words: [String], _ name: String, _ memory: (String, Int) throws(Refusal) -> Int
    ) throws(Refusal) {
        guard !words.isEmpty, words.count % 4 == 0 else {
            throw Refusal(name: name, reason: "Wrong number of arguments in buffer limit configuration.")
        }
        var limits = outputLimits
        for index in stride(from: 0, to: words.count, by: 4) {
            let kind: ClientClass
            switch words[index].lowercased() {
            case "normal": kind = .normal
            case "replica", "slave": kind = .replica
            case "pubsub": kind = .pubSub
            default: throw Refusal(name: name, reason: "Invalid client class specified in buffer limit configuration.")
            }
            guard let seconds = Int(words[index + 3]), seconds >= 0 else {
                throw Refusal(
                    name: name, reason: "Error in hard, soft or soft_seconds setting in buffer limit configuration.")
            }
            limits[kind.rawValue] = OutputLimit(
                hard: try memory(words[index + 1], 0), soft: try memory(words[index + 2], 0), softSeconds: seconds)
        }
        outputLimits = limits
    }

    /// `client-output-buffer-limit` as CONFIG GET shows it.
    package var outputLimitsText: String {
        zip(["normal", "slave", "pubsub"], outputLimits)
            .map { "\($0) \($1.hard) \($1.soft) \($1.softSeconds)" }.joined(separator: " ")
    }

    /// "64mb" is 64 x 2^20, "64m" 64 million: as Redis has them.
    static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors = [
            "": 1, "b": 1, "k": 1_000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30,
        ]
        guard let value = Int(digits), let factor = factors[text.dropFirst(digits.count).lowercased()] else {
            return nil
        }
        let (product, isOver) = value.multipliedReportingOverflow(by: factor)
        return isOver ? nil : product
    }
}
