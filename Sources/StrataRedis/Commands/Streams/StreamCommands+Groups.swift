import StrataRESP

extension StreamCommands {
    private struct GroupOptions {
        var makesStream = false
        var entriesRead: UInt64?
    }

    private static func options(_ execution: Execution, isCreate: Bool) throws(RedisError) -> GroupOptions {
        var options = GroupOptions()
        var at = 5
        while at < execution.arguments.count {
            let word = execution.argument(at)
            if isCreate, word.isWord("mkstream") {
                options.makesStream = true
                at += 1
            } else if word.isWord("entriesread"), at + 1 < execution.arguments.count {
                let count = try execution.integer(at + 1)
                guard count >= -1 else { throw RedisError("ERR value for ENTRIESREAD must be positive or -1") }
                options.entriesRead = count < 0 ? nil : UInt64(count)
                at += 2
            } else {
                throw RedisError(
                    "ERR unknown subcommand or wrong number of arguments for '\(execution.argument(1).text)'. Try XGROUP HELP."
                )
            }
        }
        return options
    }

    private static let missingKey = RedisError(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically."
    )

    private static func stream(_ execution: Execution) throws(RedisError) -> StreamValue {
        guard let stream = try execution.database.value(StreamValue.self, toChange: execution.argument(2)) else {
            throw missingKey
        }
        return stream
    }

    private static func group(_ execution: Execution, of stream: StreamValue) throws(RedisError) -> ConsumerGroup {
        guard let group = stream.group(execution.argument(3)) else {
            throw RedisError(
                "NOGROUP No such consumer group '\(execution.argument(3).text)' for key name '\(execution.argument(2).text)'"
            )
        }
        return group
    }

    private static func isTop(_ text: Bytes) -> Bool { text.count == 1 && text[0] == UInt8(ascii: "$") }

    static func xgroupCreate(_ execution: Execution) throws(RedisError) {
        let options = try options(execution, isCreate: true)
        let key = execution.argument(2)
        let found = try execution.database.value(StreamValue.self, toChange: key)
        if found == nil, !options.makesStream { throw missingKey }
        let text = execution.argument(4)
        let last = isTop(text) ? found?.last ?? .zero : try id(text)
        let stream = found ?? StreamValue()
        if found == nil { execution.database.set(key, stream) }
        guard stream.addGroup(execution.argument(3), last: last, entriesRead: options.entriesRead) != nil else {
            throw RedisError("BUSYGROUP Consumer Group name already exists")
        }
        execution.reply.ok()
        execution.changed(key, .stream, "xgroup-create")
    }

    static func xgroupSetID(_ execution: Execution) throws(RedisError) {
        let options = try options(execution, isCreate: false)
        let stream = try stream(execution)
        let group = try group(execution, of: stream)
        let text = execution.argument(4)
        group.last = isTop(text) ? stream.last : try boundOrID(text, missing: 0)
        group.entriesRead = options.entriesRead
        execution.reply.ok()
        execution.changed(execution.argument(2), .stream, "xgroup-setid")
    }

    static func xgroupDestroy(_ execution: Execution) throws(RedisError) {
        let stream = try stream(execution)
        guard stream.removeGroup(execution.argument(3)) else { return execution.reply.integer(0) }
        execution.reply.integer(1)
        execution.changed(execution.argument(2), .stream, "xgroup-destroy")
        // Whoever waits for its entries is told that it is gone.
        execution.signalReady(execution.argument(2))
    }

    static func xgroupCreateConsumer(_ execution: Execution) throws(RedisError) {
        let group = try group(execution, of: stream(execution))
        guard group.addConsumer(execution.argument(4), seenAt: execution.now) != nil else {
            return execution.reply.integer(0)
        }
        execution.reply.integer(1)
        execution.changed(execution.argument(2), .stream, "xgroup-createconsumer")
    }

    static func xgroupDeleteConsumer(_ execution: Execution) throws(RedisError) {
        let group = try group(execution, of: stream(execution))
        guard let consumer = group.consumer(execution.argument(4)) else { return execution.reply.integer(0) }
        execution.reply.integer(consumer.pending.count)
        group.removeConsumer(consumer)
        execution.changed(execution.argument(2), .stream, "xgroup-delconsumer")
    }
}
