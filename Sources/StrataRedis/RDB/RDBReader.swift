import StrataCodec
import StrataDisk
import StrataRESP

/// Reads a dump, or one DUMP payload, and gives its parts to a visitor. Bytes may hold anything: what contradicts the format is
/// thrown with file, offset and what was expected.
package final class RDBReader {
    let input: RDBInput
    /// Reused for unpacked strings, for keys, and for what must outlive the next read.
    let unpacked = IOBuffer()
    let digits = IOBuffer(capacity: 64)
    let key = IOBuffer()
    let held = IOBuffer()
    private var database = 0

    /// What a whole dump was.
    package struct Summary: Sendable {
        package var version: Int
        package var keys: UInt64 = 0
        /// nil where the file has none or says that none was computed.
        package var checksum: UInt64?
        /// Bytes of the dump; what follows in the file is not of it.
        package var size: UInt64 = 0
    }

    package init(_ input: RDBInput) { self.input = input }

    /// The offset of the next byte: where a failure was.
    package var offset: UInt64 { input.offset }

    /// Reads up to the end of the dump.
    /// - Parameter verifies: whether a wrong checksum is an error.
    @discardableResult
    package func read(into visitor: any RDBVisitor, verifies: Bool = true) throws(StorageError) -> Summary {
        let version = try header()
        input.sums = verifies && version >= RDBFormat.firstVersionWithChecksum
        var summary = Summary(version: version)
        try visitor.version(version)
        var pending = RDBKey(name: Bytes(key.base, 0), database: 0, type: .string)
        while true {
            let opcode = try input.byte()
            switch opcode {
            case RDBFormat.Opcode.end:
                summary.checksum = try footer(version, verifies)
                summary.size = input.offset
                return summary
            case RDBFormat.Opcode.select:
                let number = try length("database")
                guard number <= UInt64(Int32.max) else {
                    throw input.corrupt("database", expected: "a number of 31 bits", found: "\(number)")
                }
                database = Int(number)
                try visitor.select(database)
            case RDBFormat.Opcode.resize:
                let keys = try length("number of keys")
                try visitor.sizes(keys: keys, expiring: try length("number of expiring keys"))
            case RDBFormat.Opcode.auxiliary:
                let name = hold(try string(), in: key)
                try visitor.auxiliary(name, try string())
            case RDBFormat.Opcode.function: try visitor.function(try string())
            case RDBFormat.Opcode.earlyFunction:
                throw input.corrupt(
                    "opcode", expected: "one of a release", found: "a function of a release candidate of Redis 7.0")
            case RDBFormat.Opcode.moduleAuxiliary: try moduleAuxiliary(visitor)
            case RDBFormat.Opcode.slotInfo:
                for _ in 0..<3 { _ = try length("slot information") }
            default:
                if try attribute(opcode, of: &pending) { continue }
                guard let type = RDBType(rawValue: opcode) else { throw unknown(opcode) }
                pending.type = type
                pending.database = database
                try record(pending, into: visitor)
                summary.keys += 1
                pending.clear()
            }
        }
    }

    /// Reads records of `database` up to the end of the input: a part of a dump, without head and end.
    package func records(of database: Int, into visitor: any RDBVisitor) throws(StorageError) {
        var pending = RDBKey(name: Bytes(key.base, 0), database: database, type: .string)
        while input.remaining > 0 {
            let opcode = try input.byte()
            if try !attribute(opcode, of: &pending) {
                guard let type = RDBType(rawValue: opcode) else { throw unknown(opcode) }
                pending.type = type
                try record(pending, into: visitor)
                pending.clear()
            }
        }
    }

    /// Expiry, idle time or frequency of the next record; false: it is none of them.
    private func attribute(_ opcode: UInt8, of key: inout RDBKey) throws(StorageError) -> Bool {
        switch opcode {
        case RDBFormat.Opcode.expireMilliseconds: key.expiry = try input.integer(UInt64.self)
        case RDBFormat.Opcode.expireSeconds: key.expiry = 1000 * UInt64(try input.integer(UInt32.self))
        case RDBFormat.Opcode.idle: key.idleSeconds = try length("idle time")
        case RDBFormat.Opcode.frequency: key.frequency = try input.byte()
        default: return false
        }
        return true
    }

    private func unknown(_ opcode: UInt8) -> StorageError {
        input.corrupt("record", expected: "a type or opcode", found: "\(opcode)")
    }

    private func record(_ record: RDBKey, into visitor: any RDBVisitor) throws(StorageError) {
        var record = record
        record.name = hold(try string(), in: key)
        do {
            try visitor.beginKey(record)
            try value(record.type, into: visitor)
            try visitor.endKey()
        } catch { throw placed(error) }
    }

    /// An error of a visitor, which does not know where it is.
    func placed(_ error: StorageError) -> StorageError {
        guard error.file.isEmpty else { return error }
        var error = error
        error.file = input.name
        error.offset = input.offset
        return error
    }

    private func header() throws(StorageError) -> Int {
        let bytes = try input.take(RDBFormat.headerSize)
        guard bytes[0..<5].text == "\(RDBFormat.magic)", let version = Int(bytes[5..<9].text), version >= 1 else {
            throw StorageError(
                kind: .corrupt(
                    field: "signature", expected: "REDIS and four digits", found: bytes.text.debugDescription),
                file: input.name)
        }
        guard version <= RDBFormat.newestVersion else {
            throw StorageError(
                kind: .newerVersion(found: version, supported: RDBFormat.newestVersion), file: input.name, offset: 5)
        }
        return version
    }

    private func footer(_ version: Int, _ verifies: Bool) throws(StorageError) -> UInt64? {
        guard version >= RDBFormat.firstVersionWithChecksum else { return nil }
        let found = input.checksumSoFar()
        let stored = try input.integer(UInt64.self)
        guard stored != 0 else { return nil }
        guard !verifies || stored == found else {
            throw StorageError(
                kind: .corrupt(field: "crc64", expected: hex(found), found: hex(stored)), file: input.name,
                offset: input.offset - UInt64(RDBFormat.footerSize))
        }
        return stored
    }

    private func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    private func moduleAuxiliary(_ visitor: any RDBVisitor) throws(StorageError) {
        let name = RDBFormat.moduleName(try length("module"))
        try moduleParts()
        try visitor.moduleAuxiliary(name)
    }

    /// Steps over a module's data.
    func moduleParts() throws(StorageError) {
        while true {
            let part = try length("part of a module's data")
            switch part {
            case RDBFormat.ModulePart.end: return
            case RDBFormat.ModulePart.signed, RDBFormat.ModulePart.unsigned: _ = try length("number of a module")
            case RDBFormat.ModulePart.float: _ = try input.take(4)
            case RDBFormat.ModulePart.double: _ = try input.take(8)
            case RDBFormat.ModulePart.string: _ = try string()
            default: throw input.corrupt("part of a module's data", expected: "0 to 5", found: "\(part)")
            }
        }
    }
}
