import StrataRESP

extension StreamCommands {
    private enum WantedID {
        case next
        case within(milliseconds: UInt64)
        case exactly(StreamID)
    }

    static func xadd(_ execution: Execution) throws(RedisError) {
        let options = try trimOptions(execution, isAdd: true)
        let idAt = options.idAt
        guard idAt < execution.arguments.count else { throw .arity("xadd") }
        let wanted = try wantedID(execution.argument(idAt))
        let given = execution.arguments.count - idAt - 1
        guard given >= 2, given % 2 == 0 else { throw .arity("xadd") }
        if case .exactly(.zero) = wanted {
            throw RedisError("ERR The ID specified in XADD must be greater than 0-0")
        }
        let key = execution.argument(1)
        let found = try execution.database.value(StreamValue.self, toChange: key)
        if found == nil, options.needsStream { return execution.reply.null() }
        let last = found?.last ?? .zero
        if last == .max {
            throw RedisError("ERR The stream has exhausted the last possible ID, unable to add more items")
        }
        guard let id = newID(wanted, after: last, now: execution.now) else {
            throw RedisError("ERR The ID specified in XADD is equal or smaller than the target stream top item")
        }
        let stream = found ?? StreamValue()
        do {
            try stream.append(id, fields: given / 2, limits: execution.limits) { execution.argument(idAt + 1 + $0) }
        } catch {
            throw RedisError("ERR Elements are too large to be stored")
        }
        if found == nil { execution.database.set(key, stream) }
        execution.reply.bulk(id)
        execution.changed(key, .stream, "xadd")
        if let trim = options.trim {
            let trimmed = stream.trim(trim, approximately: options.isApproximate, limit: options.limit)
            if trimmed > 0 { execution.notify(.stream, "xtrim", key) }
        }
        // An id that was given whole is logged as it was given.
        var isGiven = false
        if case .exactly = wanted { isGiven = true }
        propagate(execution, stream, options, id: isGiven ? nil : id)
        execution.signalReady(key)
    }

    private static func wantedID(_ text: Bytes) throws(RedisError) -> WantedID {
        if text.count == 1, text[0] == UInt8(ascii: "*") { return .next }
        if text.count > 2, text[text.count - 1] == UInt8(ascii: "*"), text[text.count - 2] == UInt8(ascii: "-") {
            return .within(milliseconds: try id(text[0..<text.count - 2]).milliseconds)
        }
        return .exactly(try id(text))
    }

    /// Nil where none is left, or the wanted one is not above `last`.
    private static func newID(_ wanted: WantedID, after last: StreamID, now: Int64) -> StreamID? {
        switch wanted {
        case .next:
            let milliseconds = UInt64(max(now, 0))
            return milliseconds > last.milliseconds ? StreamID(milliseconds, 0) : last.next
        case .within(let milliseconds):
            let id =
                milliseconds == last.milliseconds && last.sequence < .max
                ? StreamID(milliseconds, last.sequence + 1) : StreamID(milliseconds, 0)
            return id > last ? id : nil
        case .exactly(let id): return id > last ? id : nil
        }
    }

    /// Logs an XADD or XTRIM with the id that was made and the length that was reached: carried out again it does the
    /// very same.
    private static func propagate(
        _ execution: Execution, _ stream: StreamValue, _ options: TrimOptions, id: StreamID?
    ) {
        execution.propagateInstead(execution.arguments.count) { encoder in
            for index in 0..<execution.arguments.count {
                if let id, index == options.idAt {
                    encoder.add(text: id.text)
                } else if options.isApproximate, index == options.specifierAt {
                    encoder.add("=")
                } else if options.isApproximate, index == options.thresholdAt {
                    switch options.trim {
                    case .below: encoder.add(text: (stream.nodes.count == 0 ? StreamID.max : stream.nodes.node(0).id).text)
                    default: encoder.add(Int64(stream.length))
                    }
                } else {
                    encoder.add(execution.argument(index))
                }
            }
        }
    }

    static func xtrim(_ execution: Execution) throws(RedisError) {
        let options = try trimOptions(execution, isAdd: false)
        let key = execution.argument(1)
        guard let stream = try execution.database.value(StreamValue.self, toChange: key), let trim = options.trim else {
            return execution.reply.integer(0)
        }
        let trimmed = stream.trim(trim, approximately: options.isApproximate, limit: options.limit)
        if trimmed > 0 {
            execution.changed(key, .stream, "xtrim", count: Int64(trimmed))
            propagate(execution, stream, options, id: nil)
        }
        execution.reply.integer(trimmed)
    }

    static func xdel(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        guard let stream = try execution.database.value(StreamValue.self, toChange: key) else {
            return execution.reply.integer(0)
        }
        var ids: [StreamID] = []
        for index in 2..<execution.arguments.count { ids.append(try id(execution.argument(index))) }
        var deleted = 0
        var isFirstGone = false
        for id in ids where stream.delete(id) {
            deleted += 1
            if id == stream.first { isFirstGone = true }
            stream.largestDeleted = max(stream.largestDeleted, id)
        }
        if isFirstGone || stream.length == 0 { stream.settleFirst() }
        if deleted > 0 { execution.changed(key, .stream, "xdel", count: Int64(deleted)) }
        execution.reply.integer(deleted)
    }

    static func xlen(_ execution: Execution) throws(RedisError) {
        execution.reply.integer(try execution.database.value(StreamValue.self, at: execution.argument(1))?.length ?? 0)
    }

    static func xrange(_ execution: Execution) throws(RedisError) { try range(execution, isReverse: false) }
    static func xrevrange(_ execution: Execution) throws(RedisError) { try range(execution, isReverse: true) }

    private static func range(_ execution: Execution, isReverse: Bool) throws(RedisError) {
        let from = try start(execution.argument(isReverse ? 3 : 2))
        let to = try end(execution.argument(isReverse ? 2 : 3))
        var count: Int64 = -1
        var at = 4
        while at < execution.arguments.count {
            guard at + 1 < execution.arguments.count, execution.argument(at).isWord("count") else { throw .syntax }
            count = max(try execution.integer(at + 1), 0)
            at += 2
        }
        guard let stream = try execution.database.value(StreamValue.self, at: execution.argument(1)) else {
            return execution.reply.array(0)
        }
        if count == 0 { return execution.reply.nullArray() }
        execution.reply.begin(.array)
        var given = 0
        stream.forEach(from: from, to: to, descending: isReverse) { entry in
            reply(execution.reply, entry)
            given += 1
            return given != count
        }
        execution.reply.end(given)
    }

    /// An entry as id and fields with values.
    static func reply(_ reply: ReplyBuffer, _ entry: StreamEntry) {
        reply.array(2)
        reply.bulk(entry.id)
        reply.array(2 * entry.fieldCount)
        entry.forEachField { field, value in
            reply.bulk(field)
            reply.bulk(value)
        }
    }

    static func xsetid(_ execution: Execution) throws(RedisError) {
        let last = try id(execution.argument(2))
        var added: Int64?
        var deleted: StreamID?
        var at = 3
        while at < execution.arguments.count {
            let word = execution.argument(at)
            guard at + 1 < execution.arguments.count else { throw .syntax }
            if word.isWord("entriesadded") {
                let count = try execution.integer(at + 1)
                guard count >= 0 else { throw RedisError("ERR entries_added must be positive") }
                added = count
            } else if word.isWord("maxdeletedid") {
                let given = try id(execution.argument(at + 1))
                guard last >= given else {
                    throw RedisError("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
                }
                deleted = given
            } else {
                throw .syntax
            }
            at += 2
        }
        let key = execution.argument(1)
        guard let stream = try execution.database.value(StreamValue.self, toChange: key) else { throw .noSuchKey }
        if let top = stream.edge(isLast: true) {
            guard last >= top.id else {
                throw RedisError("ERR The ID specified in XSETID is smaller than the target stream top item")
            }
            if let added, added < Int64(stream.length) {
                throw RedisError("ERR The entries_added specified in XSETID is smaller than the target stream length")
            }
        }
        stream.last = last
        if let added { stream.entriesAdded = UInt64(added) }
        if let deleted, deleted != .zero { stream.largestDeleted = deleted }
        execution.reply.ok()
        execution.changed(key, .stream, "xsetid")
    }
}
