import StrataDisk
import StrataRESP

/// Estimated numbers of different elements: `PF...`.
package enum HyperLogLogCommands {
    private static let key = CommandKeys.range(first: 1, last: 1, step: 1)
    private static let keys = CommandKeys.range(first: 1, last: -1, step: 1)

    package static let all: [CommandSpec] = [
        CommandSpec(
            "pfadd", arity: -2, [.write, .denyoom, .fast], keys: key, group: .hyperloglog, since: "2.8.9",
            summary: "Adds elements to a HyperLogLog.", complexity: "O(1) for each element.",
            syntax: "key [element [element ...]]", handler: pfadd),
        CommandSpec(
            "pfcount", arity: -2, [.readonly, .mayReplicate], keys: keys, group: .hyperloglog, since: "2.8.9",
            summary: "Estimates how many different elements were added to HyperLogLogs.",
            complexity: "O(1) with one key, O(N) with N keys.", syntax: "key [key ...]", handler: pfcount),
        CommandSpec(
            "pfmerge", arity: -2, [.write, .denyoom], keys: keys, group: .hyperloglog, since: "2.8.9",
            summary: "Merges HyperLogLogs into one.", complexity: "O(N) with N keys.",
            syntax: "destkey [sourcekey [sourcekey ...]]", handler: pfmerge),
        CommandSpec(
            "pfdebug", arity: 3, [.write, .denyoom, .admin], keys: .range(first: 2, last: 2, step: 1),
            group: .hyperloglog, since: "2.8.9", summary: "Shows the inside of a HyperLogLog.", complexity: "N/A",
            syntax: "subcommand key", handler: pfdebug),
        CommandSpec(
            "pfselftest", arity: 1, .admin, group: .hyperloglog, since: "2.8.9",
            summary: "Checks registers and estimates against elements of known number.", complexity: "N/A",
            handler: pfselftest),
    ]

    private static let notOne = RedisError("WRONGTYPE Key is not a valid HyperLogLog string value.")
    private static let corrupt = RedisError("INVALIDOBJ Corrupted HLL object detected")

    /// The HyperLogLog of an entry.
    private static func log(_ entry: KeyEntry) throws(RedisError) -> HyperLogLog {
        guard let log = HyperLogLog(entry.withString { $0.copy() }) else { throw notOne }
        return log
    }

    private static func isDense(_ entry: KeyEntry) -> Bool {
        guard let bytes = entry.bytes else { return false }
        return HyperLogLog.isValid(bytes) && bytes[4] == 0
    }

    static func pfadd(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(1)
        let database = execution.database
        let found = try database.string(toChange: key)
        var isChanged = false
        if let found, isDense(found) {
            let string = database.resize(found, to: HyperLogLog.denseSize).mutableBytes
            for index in 2..<max(2, execution.arguments.count) {
                let (register, value) = HyperLogLog.place(of: execution.argument(index))
                if HyperLogLog.raiseDense(string, register, to: value) { isChanged = true }
            }
            if isChanged { string[15] |= 0x80 }
        } else {
            var log = try found.map { (entry) throws(RedisError) in try self.log(entry) } ?? HyperLogLog()
            isChanged = found == nil
            let most = execution.limits.hllSparseMaxBytes
            do {
                for index in 2..<max(2, execution.arguments.count) {
                    let (register, value) = HyperLogLog.place(of: execution.argument(index))
                    if try log.raise(register, to: value, sparseMaxBytes: most) { isChanged = true }
                }
            } catch { throw corrupt }
            if isChanged {
                log.invalidateCount()
                log.bytes.withLent { database.setRaw(key, $0, keepingExpiry: true) }
            }
        }
        if isChanged { execution.changed(key, .string, "pfadd") }
        execution.reply.integer(isChanged ? 1 : 0)
    }

    static func pfcount(_ execution: Execution) throws(RedisError) {
        if execution.arguments.count > 2 { return try countUnion(execution) }
        let key = execution.argument(1)
        guard let entry = try execution.database.string(at: key) else { return execution.reply.integer(0) }
        let isValid = entry.withString { HyperLogLog.isValid($0) }
        guard isValid else { throw notOne }
        if let cached = entry.withString({ HyperLogLog.cachedCount($0) }) {
            return execution.reply.integer(Int64(clamping: cached))
        }
        let count: UInt64
        do {
            count = try entry.withString { (bytes) throws(HyperLogLog.Corrupt) in try HyperLogLog.count(bytes) }
        } catch {
            throw corrupt
        }
        // The count is kept in the string: a change, though the command reads.
        if let entry = try execution.database.string(toChange: key) {
            var log = try log(entry)
            log.cache(count)
            if isDense(entry) {
                let string = execution.database.resize(entry, to: HyperLogLog.denseSize).mutableBytes
                for index in 8..<16 { string[index] = log.bytes[index] }
            } else {
                log.bytes.withLent { execution.database.setRaw(key, $0, keepingExpiry: true) }
            }
            execution.keyspace.signalModified(execution.database, key)
            execution.dirty += 1
        }
        execution.reply.integer(Int64(clamping: count))
    }

    /// The highest registers of some keys, and whether one of them is dense.
    private static func merged(
        _ execution: Execution, from first: Int
    ) throws(RedisError) -> (registers: [UInt8], isDense: Bool) {
        var registers = [UInt8](repeating: 0, count: HyperLogLog.registerCount)
        var isAnyDense = false
        for index in first..<execution.arguments.count {
            guard let entry = try execution.database.string(at: execution.argument(index)) else { continue }
            guard entry.withString({ HyperLogLog.isValid($0) }) else { throw notOne }
            if isDense(entry) { isAnyDense = true }
            do {
                try entry.withString { (bytes) throws(HyperLogLog.Corrupt) in
                    try HyperLogLog.merge(bytes, into: &registers)
                }
            } catch { throw corrupt }
        }
        return (registers, isAnyDense)
    }

    private static func countUnion(_ execution: Execution) throws(RedisError) {
        let (registers, _) = try merged(execution, from: 1)
        execution.reply.integer(Int64(clamping: HyperLogLog.count(registers: registers)))
    }

    static func pfmerge(_ execution: Execution) throws(RedisError) {
        let (registers, isDense) = try merged(execution, from: 1)
        let key = execution.argument(1)
        var log = HyperLogLog()
        if let entry = try execution.database.string(toChange: key) { log = try self.log(entry) }
        do {
            if isDense { try log.makeDense() }
            for (register, value) in registers.enumerated() where value > 0 {
                _ = try log.raise(register, to: value, sparseMaxBytes: execution.limits.hllSparseMaxBytes)
            }
        } catch { throw corrupt }
        log.invalidateCount()
        log.bytes.withLent { execution.database.setRaw(key, $0, keepingExpiry: true) }
        execution.changed(key, .string, "pfadd")
        execution.reply.ok()
    }

    static func pfdebug(_ execution: Execution) throws(RedisError) {
        let key = execution.argument(2)
        guard let entry = try execution.database.string(toChange: key) else {
            throw RedisError("ERR The specified key does not exist")
        }
        var log = try log(entry)
        let word = execution.argument(1)
        let wasDense = log.isDense
        do {
            if word.isWord("encoding") {
                execution.reply.simple(log.isDense ? "dense" : "sparse")
            } else if word.isWord("getreg") {
                let registers = try log.bytes.withLent { (bytes) throws(HyperLogLog.Corrupt) in
                    try HyperLogLog.registers(bytes)
                }
                try log.makeDense()
                execution.reply.array(registers.count)
                for register in registers { execution.reply.integer(Int(register)) }
            } else if word.isWord("todense") {
                try log.makeDense()
                execution.reply.integer(wasDense ? 0 : 1)
            } else if word.isWord("decode") {
                guard !log.isDense else { throw RedisError("ERR HLL encoding is not sparse") }
                execution.reply.bulk(try log.sparseText())
            } else {
                throw RedisError("ERR Unknown PFDEBUG subcommand '\(word.text)'")
            }
        } catch let error as RedisError { throw error } catch { throw corrupt }
        if !wasDense, log.isDense {
            log.bytes.withLent { execution.database.setRaw(key, $0, keepingExpiry: true) }
            execution.changed(key, .string, "pfadd")
        }
    }

    /// Registers read back as they were written; estimates within six standard errors.
    static func pfselftest(_ execution: Execution) throws(RedisError) {
        var random = SeededRandom(seed: 1)
        var log = HyperLogLog()
        var registers = [UInt8](repeating: 0, count: HyperLogLog.registerCount)
        do {
            for count in 1...100_000 {
                let element = random.next()
                let (register, value) = withUnsafeBytes(of: element) { HyperLogLog.place(of: Bytes($0)) }
                _ = try log.raise(register, to: value, sparseMaxBytes: 3000)
                registers[register] = max(registers[register], value)
                if count == 100 || count == 1000 || count == 10_000 || count == 100_000 {
                    let estimate = try log.bytes.withLent { (bytes) throws(HyperLogLog.Corrupt) in
                        try HyperLogLog.count(bytes)
                    }
                    let error = abs(Double(estimate) - Double(count)) / Double(count)
                    guard error < 6 * 1.04 / 128 else {
                        throw RedisError("ERR TESTFAILED estimate of \(count): \(estimate)")
                    }
                }
            }
            let found = try log.bytes.withLent { (bytes) throws(HyperLogLog.Corrupt) in
                try HyperLogLog.registers(bytes)
            }
            guard found == registers else { throw RedisError("ERR TESTFAILED registers differ from those written") }
        } catch let error as RedisError { throw error } catch { throw corrupt }
        execution.reply.ok()
    }
}
