import Glibc
import StrataDisk
import StrataRESP

/// What DEBUG DIGEST answers for the data of a dump, and DEBUG DIGEST-VALUE for one of its values: equal for equal data, however it is encoded.
///
/// Keys that have expired count as the server has them: still there.
package final class RDBDigest: RDBVisitor {
    private var whole = DigestMix()
    private var one = DigestMix()
    private var element = DigestMix()
    private var mixed: Set<Int> = []
    private var type = RDBType.string
    private var isEmpty = false
    private var expires = false
    /// Fields or members that a packed run has not paired yet.
    private var first: [UInt8]?

    package init() {}

    /// Forty hexadecimal digits; of no data, zeros.
    package var text: String { whole.text }
    /// Of the last value alone.
    package var valueText: String { one.text }

    package func version(_ version: Int) {}
    package func auxiliary(_ name: Bytes, _ value: Bytes) {}
    package func select(_ database: Int) {}
    package func sizes(keys: UInt64, expiring: UInt64) {}
    package func function(_ code: Bytes) {}
    package func moduleAuxiliary(_ name: String) {}

    package func beginKey(_ key: RDBKey) {
        begin(database: key.database, key: key.name, expires: key.expiry != nil)
    }

    /// One key follows: the parts of its value, and `endKey`.
    package func begin(database: Int, key name: Bytes, expires: Bool) {
        if mixed.insert(database).inserted { pendingDatabase = database } else { pendingDatabase = nil }
        self.expires = expires
        isEmpty = false
        one = DigestMix()
        one.mix(name)
    }

    /// One value follows that is no key's: its parts, and `endValue`.
    package func beginValue() {
        expires = false
        one = DigestMix()
    }

    package func endValue(expires: Bool) { if expires { Array("!!expire!!".utf8).withLent { one.xor($0) } } }

    /// A database counts with its first key that counts.
    private var pendingDatabase: Int?

    package func endKey() {
        if isEmpty {
            if let pendingDatabase { mixed.remove(pendingDatabase) }
            return
        }
        if expires { Array("!!expire!!".utf8).withLent { one.xor($0) } }
        if let pendingDatabase { whole.mix(UInt32(pendingDatabase)) }
        whole.xor(one)
    }

    /// As Redis numbers its object types.
    private func mixType(_ type: ValueType) {
        let number: UInt32 =
            switch type {
            case .string: 0
            case .list: 1
            case .set: 2
            case .sortedSet: 3
            case .hash: 4
            case .stream: 6
            }
        one.mix(number)
    }

    package func string(_ value: Bytes) {
        mixType(.string)
        one.mix(value)
    }

    package func begin(_ type: RDBType, count: Int) {
        self.type = type
        guard let valueType = type.valueType else { preconditionFailure("not a collection") }
        mixType(valueType)
        first = nil
        isEmpty = valueType != .stream
    }

    package func element(_ value: Bytes) {
        isEmpty = false
        if type.valueType == .list { one.mix(value) } else { one.xor(value) }
    }

    package func field(_ field: Bytes, _ value: Bytes, expiry: UInt64?) {
        isEmpty = false
        element = DigestMix()
        element.mix(field)
        element.mix(value)
        one.xor(element)
    }

    package func member(_ member: Bytes, score: Double) {
        isEmpty = false
        element = DigestMix()
        element.mix(member)
        element.mix(Self.text(score))
        one.xor(element)
    }

    /// As `%.17g` prints it.
    static func text(_ score: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 64)
        let size = withVaList([score]) { vsnprintf(&buffer, buffer.count, "%.17g", $0) }
        return String(decoding: buffer[..<Int(size)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package func packed(_ packing: RDBPacking, _ bytes: Bytes) throws(StorageError) {
        var failure: StorageError?
        var skips = 0
        try RDBElements.forEach(packing, bytes) { value in
            if type.valueType == .list || type.valueType == .set { return value.withBytes { element($0) } }
            if skips > 0 { return skips -= 1 }
            guard let name = first else { return first = value.copy() }
            first = nil
            name.withLent { name in
                if type.valueType == .hash {
                    value.withBytes { field(name, $0, expiry: nil) }
                    skips = packing == .listpackExpiring ? 1 : 0
                } else if let score = RDBElements.score(value) {
                    member(name, score: score)
                } else {
                    failure = RDBElements.corrupt("score", expected: "a number", found: "text")
                }
            }
        }
        if let failure { throw failure }
    }

    package func streamNode(_ first: StreamID, _ listpack: Bytes) throws(StorageError) {
        try RDBStreamNode.forEach(first, listpack) { entry in
            if entry.isDeleted { return }
            one.mix("\(entry.id.milliseconds).\(entry.id.sequence)")
            for word in entry.words { word.withLent { one.mix($0) } }
        }
    }

    package func streamInfo(_ info: RDBStreamInfo) {}
    package func group(_ name: Bytes, last: StreamID, entriesRead: Int64?) {}
    package func pending(_ id: StreamID, deliveredAt: UInt64, deliveries: UInt64) {}
    package func consumer(_ name: Bytes, seenAt: UInt64, activeAt: UInt64?) {}
    package func owned(_ id: StreamID) {}
    package func module(_ name: String) { one.mix(UInt32(5)) }
    package func end() {}
}
