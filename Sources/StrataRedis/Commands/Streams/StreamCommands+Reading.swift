import StrataRESP

extension StreamCommands {
    private struct ReadOptions {
        var count = 0
        /// Where BLOCK's time stands.
        var blockAt: Int?
        var groupAt: Int?
        var isAcknowledged = false
        var keys = 0..<0
    }

    static func xread(_ execution: Execution) throws(RedisError) { try read(execution, isGroup: false) }
    static func xreadgroup(_ execution: Execution) throws(RedisError) { try read(execution, isGroup: true) }

    private static func options(_ execution: Execution, isGroup: Bool) throws(RedisError) -> ReadOptions {
        var options = ReadOptions()
        var at = 1
        let last = execution.arguments.count - 1
        while at <= last {
            let word = execution.argument(at)
            if word.isWord("block"), at < last {
                at += 1
                let error = RedisError("ERR timeout is not an integer or out of range")
                guard try execution.integer(at, orThrow: error) >= 0 else {
                    throw RedisError("ERR timeout is negative")
                }
                options.blockAt = at
            } else if word.isWord("count"), at < last {
                at += 1
                options.count = Int(max(try execution.integer(at), 0))
            } else if word.isWord("streams"), at < last {
                let rest = last - at
                guard rest % 2 == 0 else {
                    throw RedisError(
                        "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
                }
                options.keys = at + 1..<at + 1 + rest / 2
                break
            } else if word.isWord("group"), at + 1 < last {
                guard isGroup else {
                    throw RedisError("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.")
                }
                options.groupAt = at + 1
                at += 2
            } else if word.isWord("noack") {
                guard isGroup else {
                    throw RedisError("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.")
                }
                options.isAcknowledged = true
            } else {
                throw .syntax
            }
            at += 1
        }
        if options.keys.isEmpty { throw .syntax }
        if isGroup, options.groupAt == nil { throw RedisError("ERR Missing GROUP option for XREADGROUP") }
        return options
    }

    /// From which id on a stream is read.
    private enum From {
        case behind(StreamID)
        /// `>`: what the group was not given yet.
        case undelivered
    }

    private static func from(
        _ execution: Execution, _ text: Bytes, _ stream: StreamValue?, isGroup: Bool
    ) throws(RedisError) -> From {
        if text.count == 1, text[0] == UInt8(ascii: "$") {
            if isGroup {
                throw RedisError(
                    "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set."
                )
            }
            return .behind(stream?.last ?? .zero)
        }
        if text.count == 1, text[0] == UInt8(ascii: ">") {
            guard isGroup else {
                throw RedisError(
                    "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."
                )
            }
            return .undelivered
        }
        return .behind(try id(text))
    }

    private static func read(_ execution: Execution, isGroup: Bool) throws(RedisError) {
        let options = try options(execution, isGroup: isGroup)
        let keys = options.keys
        var starts: [From] = []
        for index in keys {
            let key = execution.argument(index)
            if execution.isRetry {
                if isGroup {
                    try checkStillThere(execution, key, execution.argument(options.groupAt ?? 0))
                } else if let entry = execution.database.read(key, [.noTouch, .noStatistics]), entry.type != .stream {
                    // It waits on, until a stream is there.
                    starts.append(try from(execution, execution.argument(index + keys.count), nil, isGroup: false))
                    continue
                }
            }
            let stream =
                try isGroup
                ? execution.database.value(StreamValue.self, toChange: key)
                : execution.database.value(StreamValue.self, at: key)
            if let groupAt = options.groupAt {
                let group = execution.argument(groupAt)
                guard let stream, stream.group(group) != nil else {
                    throw RedisError(
                        "NOGROUP No such key '\(key.text)' or consumer group '\(group.text)' in XREADGROUP with GROUP option"
                    )
                }
            }
            starts.append(try from(execution, execution.argument(index + keys.count), stream, isGroup: isGroup))
        }
        if isGroup { execution.propagateNothing() }
        let reply = execution.reply
        reply.begin(reply.version == 2 ? .array : .map)
        var streams = 0
        for (place, index) in keys.enumerated() {
            let key = execution.argument(index)
            guard let entry = execution.database.read(key, [.noTouch, .noStatistics]), entry.type == .stream,
                let stream = try execution.database.value(StreamValue.self, at: key, [.noTouch, .noStatistics])
            else { continue }
            if isGroup {
                if deliver(execution, key, stream, starts[place], options) { streams += 1 }
            } else if case .behind(let id) = starts[place], let from = id.next, id < stream.last,
                let top = stream.edge(isLast: true), top.id > id
            {
                beginStream(reply, key)
                var given = 0
                stream.forEach(from: from, to: .max) { entry in
                    self.reply(reply, entry)
                    given += 1
                    return given != options.count
                }
                reply.end(given)
                streams += 1
            }
        }
        reply.end(streams)
        if streams > 0 { return }
        // Nothing but the empty answer was written since.
        reply.truncate(to: reply.count - 4)
        guard let blockAt = options.blockAt else { return reply.nullArray() }
        let milliseconds = try execution.integer(blockAt)
        let (deadline, isOver) = execution.now.addingReportingOverflow(milliseconds)
        if isOver { throw RedisError("ERR timeout is out of range") }
        execution.block(
            keys: keys.map { execution.argument($0).copy() }, deadline: milliseconds == 0 ? nil : deadline,
            onTimeout: .nullArray, rewritten: isGroup ? nil : withIDs(execution, keys, starts))
    }

    /// The request with the ids that `$` stood for.
    private static func withIDs(_ execution: Execution, _ keys: Range<Int>, _ starts: [From]) -> Arguments {
        var words = (0..<execution.arguments.count).map { execution.argument($0).copy() }
        for (place, index) in keys.enumerated() {
            if case .behind(let id) = starts[place] { words[index + keys.count] = Array(id.text.utf8) }
        }
        return Arguments(words)
    }

    private static func beginStream(_ reply: ReplyBuffer, _ key: Bytes) {
        if reply.version == 2 { reply.array(2) }
        reply.bulk(key)
        reply.begin(.array)
    }

    /// A client waits for a group's entries, and the group or its stream is gone.
    private static func checkStillThere(_ execution: Execution, _ key: Bytes, _ group: Bytes) throws(RedisError) {
        guard let entry = execution.database.read(key, [.noTouch, .noStatistics]), entry.type == .stream else {
            throw RedisError("UNBLOCKED the stream key no longer exists")
        }
        let stream = try execution.database.value(StreamValue.self, at: key, [.noTouch, .noStatistics])
        if stream?.group(group) == nil {
            throw RedisError("NOGROUP the consumer group this client was blocked on no longer exists")
        }
    }

    // MARK: Groups

    /// Gives a consumer entries of one stream. Returns whether the stream is part of the answer.
    private static func deliver(
        _ execution: Execution, _ key: Bytes, _ stream: StreamValue, _ start: From, _ options: ReadOptions
    ) -> Bool {
        let groupName = execution.argument(options.groupAt ?? 0)
        let consumerName = execution.argument((options.groupAt ?? 0) + 1)
        guard let group = stream.group(groupName) else { return false }
        let reply = execution.reply
        switch start {
        case .behind(let id):
            let consumer = consumer(
                execution, key, groupName, group, consumerName, propagates: options.isAcknowledged)
            beginStream(reply, key)
            reply.end(history(execution, stream, consumer, behind: id, count: options.count))
        case .undelivered:
            guard group.last < stream.last, let from = group.last.next, let top = stream.edge(isLast: true),
                top.id > group.last
            else { return false }
            let consumer = consumer(
                execution, key, groupName, group, consumerName, propagates: options.isAcknowledged)
            beginStream(reply, key)
            var given = 0
            stream.forEach(from: from, to: .max) { entry in
                self.reply(reply, entry)
                given += 1
                stream.advance(group, to: entry.id)
                if !options.isAcknowledged {
                    group.deliver(entry.id, to: consumer, at: execution.now)
                    if let pending = group.pending[entry.id] {
                        propagateClaim(execution, key, groupName, group, entry.id, pending)
                    }
                }
                return given != options.count
            }
            reply.end(given)
            // XCLAIM tells the rest of how far the group is.
            if options.isAcknowledged { propagateGroup(execution, key, groupName, group) }
        }
        execution.dirty += 1
        return true
    }

    /// A consumer's pending entries behind an id; of those deleted since, the id alone.
    private static func history(
        _ execution: Execution, _ stream: StreamValue, _ consumer: StreamConsumer, behind id: StreamID, count: Int
    ) -> Int {
        guard let from = id.next else { return 0 }
        var given = 0
        consumer.pending.forEach(from: from) { id, pending in
            if let entry = stream.entry(id) {
                reply(execution.reply, entry)
                pending.deliveredAt = execution.now
                pending.deliveries += 1
            } else {
                execution.reply.array(2)
                execution.reply.bulk(id)
                execution.reply.nullArray()
            }
            given += 1
            return given != count
        }
        return given
    }

    /// The consumer of that name, made where there is none, seen now.
    static func consumer(
        _ execution: Execution, _ key: Bytes, _ groupName: Bytes, _ group: ConsumerGroup, _ name: Bytes,
        propagates: Bool
    ) -> StreamConsumer {
        if let known = group.consumer(name) {
            known.seenAt = execution.now
            return known
        }
        guard let made = group.addConsumer(name, seenAt: execution.now) else {
            preconditionFailure("a consumer that is neither there nor new")
        }
        execution.notify(.stream, "xgroup-createconsumer", key)
        execution.dirty += 1
        if propagates {
            execution.propagateInstead(5) {
                $0.add("XGROUP")
                $0.add("CREATECONSUMER")
                $0.add(key)
                $0.add(groupName)
                $0.add(name)
            }
        }
        return made
    }

    /// Logs that an entry is pending, as the XCLAIM that makes it so.
    static func propagateClaim(
        _ execution: Execution, _ key: Bytes, _ groupName: Bytes, _ group: ConsumerGroup, _ id: StreamID,
        _ pending: PendingEntry
    ) {
        execution.propagateInstead(14) { encoder in
            encoder.add("XCLAIM")
            encoder.add(key)
            encoder.add(groupName)
            encoder.add(pending.consumer.name)
            encoder.add("0")
            encoder.add(text: id.text)
            encoder.add("TIME")
            encoder.add(pending.deliveredAt)
            encoder.add("RETRYCOUNT")
            encoder.add(Int64(clamping: pending.deliveries))
            encoder.add("FORCE")
            encoder.add("JUSTID")
            encoder.add("LASTID")
            encoder.add(text: group.last.text)
        }
    }

    /// Logs how far a group is.
    static func propagateGroup(_ execution: Execution, _ key: Bytes, _ groupName: Bytes, _ group: ConsumerGroup) {
        execution.propagateInstead(7) { encoder in
            encoder.add("XGROUP")
            encoder.add("SETID")
            encoder.add(key)
            encoder.add(groupName)
            encoder.add(text: group.last.text)
            encoder.add("ENTRIESREAD")
            encoder.add(group.entriesRead.map { Int64(clamping: $0) } ?? -1)
        }
    }
}
