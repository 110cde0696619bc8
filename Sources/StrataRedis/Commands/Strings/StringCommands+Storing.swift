import StrataRESP

extension StringCommands {
    @Sendable static func set(_ execution: Execution) throws(RedisError) {
        if execution.arguments.count == 3 {
            // The most frequent form of all.
            store(execution.argument(1), execution.argument(2), execution)
            return execution.reply.ok()
        }
        let options = try StringOptions(execution, from: 3)
        let key = execution.argument(1)
        let value = execution.argument(2)
        let moment = try options.moment(execution, command: "set")
        if options.isGet { reply(try execution.database.string(at: key), execution) }
        if options.onlyNew || options.onlyOld,
            (execution.database.write(key) != nil) == options.onlyNew
        {
            if !options.isGet { execution.reply.null() }
            return
        }
        store(key, value, keepingExpiry: options.keepsExpiry, expiry: moment, execution)
        if !options.isGet { execution.reply.ok() }
        if options.isGet, moment == nil { propagateWithoutGet(execution) }
    }

    /// The log has no use for the old value.
    private static func propagateWithoutGet(_ execution: Execution) {
        let kept = (0..<execution.arguments.count).filter { $0 < 3 || !execution.argument($0).isWord("get") }
        execution.propagateInstead(kept.count) { for index in kept { $0.add(execution.argument(index)) } }
    }

    @inline(__always)
    private static func store(
        _ key: Bytes, _ value: Bytes, keepingExpiry: Bool = false, expiry: Int64? = nil, _ execution: Execution
    ) {
        let database = execution.database
        database.setString(key, value, keepingExpiry: keepingExpiry)
        execution.changed(key, .string, "set")
        guard let expiry else { return }
        database.setExpiry(key, expiry)
        execution.propagateInstead(5) {
            $0.add("SET")
            $0.add(key)
            $0.add(value)
            $0.add("PXAT")
            $0.add(expiry)
        }
        execution.notify(.generic, "expire", key)
    }

    @Sendable static func setnx(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        if execution.database.write(key) != nil { return execution.reply.integer(0) }
        store(key, execution.argument(2), execution)
        execution.reply.integer(1)
    }

    static func setFor(_ execution: Execution, isSeconds: Bool) throws(RedisError) {
        let moment = try StringOptions.moment(
            execution.integer(2), isSeconds: isSeconds, isAbsolute: false, now: execution.now,
            command: isSeconds ? "setex" : "psetex")
        store(execution.argument(1), execution.argument(3), expiry: moment, execution)
        execution.reply.ok()
    }

    @Sendable static func getset(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let value = execution.argument(2)
        reply(try execution.database.string(at: key), execution)
        store(key, value, execution)
        execution.propagateInstead(3) {
            $0.add("SET")
            $0.add(key)
            $0.add(value)
        }
    }

    @Sendable static func mset(_ execution: Execution) throws(RedisError) {
        try checkPairs(execution, "mset")
        storePairs(execution)
        execution.reply.ok()
    }

    @Sendable static func msetnx(_ execution: Execution) throws(RedisError) {
        try checkPairs(execution, "msetnx")
        for index in stride(from: 1, to: execution.arguments.count, by: 2)
        where execution.database.write(execution.argument(index)) != nil {
            return execution.reply.integer(0)
        }
        storePairs(execution)
        execution.reply.integer(1)
    }

    private static func checkPairs(_ execution: Execution, _ name: String) throws(RedisError) {
        if execution.arguments.count % 2 == 0 { throw .arity(name) }
    }

    private static func storePairs(_ execution: Execution) {
        for index in stride(from: 1, to: execution.arguments.count, by: 2) {
            store(execution.argument(index), execution.argument(index + 1), execution)
        }
    }

    @Sendable static func setrange(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let offset = try execution.integer(2)
        let value = execution.argument(3)
        if offset < 0 { throw RedisError("ERR offset is out of range") }
        let database = execution.database
        let old = try database.string(toChange: key)
        if value.isEmpty { return execution.reply.integer(old?.stringCount ?? 0) }
        try checkSize(offset, value.count, execution)
        let end = Int(offset) + value.count
        let entry = changeable(key, old, count: max(end, old?.stringCount ?? 0), isGrowing: false, execution)
        let bytes = entry.mutableBytes
        UnsafeMutableRawBufferPointer(rebasing: bytes[Int(offset)..<end]).copyMemory(from: value.buffer)
        execution.changed(key, .string, "setrange")
        execution.reply.integer(bytes.count)
    }

    /// A string of `count` bytes to write to, what is new being zero.
    static func changeable(
        _ key: Bytes, _ old: KeyEntry?, count: Int, isGrowing: Bool = true, _ execution: Execution
    ) -> KeyEntry {
        let database = execution.database
        if let old { return database.resize(old, to: count, isGrowing: isGrowing) }
        let made = database.put(key, .bytes(Bytes(key.start, 0), isRaw: true), keepingExpiry: false)
        return database.resize(made, to: count, isGrowing: isGrowing)
    }

    @Sendable static func append(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let value = execution.argument(2)
        let database = execution.database
        var count = value.count
        if let old = try database.string(toChange: key) {
            let before = old.stringCount
            try checkSize(Int64(before), value.count, execution)
            count += before
            let entry = database.resize(old, to: count)
            UnsafeMutableRawBufferPointer(rebasing: entry.mutableBytes[before...]).copyMemory(from: value.buffer)
        } else {
            database.setString(key, value)
        }
        execution.changed(key, .string, "append")
        execution.reply.integer(count)
    }
}
