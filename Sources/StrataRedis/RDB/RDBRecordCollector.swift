import StrataDisk
import StrataRESP

/// Turns a dump into records, each checked to the last element, and counts what it was. One record is in memory at a time, unless the
/// closure keeps more.
package final class RDBRecordCollector: RDBVisitor {
    /// What a dump holds beside its keys, and how much of each.
    package struct Tally: Sendable {
        package var version = 0
        package var auxiliary: [(name: String, value: String)] = []
        package var functions: [[UInt8]] = []
        package var modules: Set<String> = []
        package var databases: Set<Int> = []
        package var keys = 0
        package var expiring = 0
        /// Collections without elements, which a server skips.
        package var empty = 0
        package var fieldsExpiring = 0
        /// By TYPE's name.
        package var types: [String: Int] = [:]
        package init() {}
    }

    package private(set) var tally = Tally()
    private let onRecord: (RDBRecord) -> Void
    private var record: RDBRecord?
    private var content = RDBRecord.Content.string([])
    private var type = RDBType.string

    package init(_ onRecord: @escaping (RDBRecord) -> Void = { _ in }) { self.onRecord = onRecord }

    /// The last value alone, of a DUMP payload.
    package var lastContent: RDBRecord.Content { content }

    package func version(_ version: Int) { tally.version = version }
    package func auxiliary(_ name: Bytes, _ value: Bytes) { tally.auxiliary.append((name.text, value.text)) }
    package func select(_ database: Int) { tally.databases.insert(database) }
    package func sizes(keys: UInt64, expiring: UInt64) {}
    package func function(_ code: Bytes) { tally.functions.append(code.copy()) }
    package func moduleAuxiliary(_ name: String) { tally.modules.insert(name) }

    package func beginKey(_ key: RDBKey) {
        record = RDBRecord(
            key: key.name.copy(), database: key.database, type: key.type, expiry: key.expiry,
            idleSeconds: key.idleSeconds, frequency: key.frequency, content: .string([]))
        // A dump may begin without naming a database.
        tally.databases.insert(key.database)
    }

    package func endKey() {
        guard var record else { preconditionFailure("a record ended that was not begun") }
        record.content = content
        tally.keys += 1
        if record.expiry != nil { tally.expiring += 1 }
        if content.count == 0, record.type.valueType != .stream { tally.empty += 1 }
        tally.types["\(record.type.valueType.map { "\($0.name)" } ?? "module")", default: 0] += 1
        onRecord(record)
        self.record = nil
    }

    package func string(_ value: Bytes) { content = .string(value.copy()) }

    package func begin(_ type: RDBType, count: Int) {
        self.type = type
        switch type.valueType {
        case .list: content = .list([])
        case .set: content = .set([])
        case .sortedSet: content = .sortedSet([])
        case .hash: content = .hash([])
        case .stream: content = .stream(RDBRecord.Stream())
        case .string, nil: preconditionFailure("not a collection")
        }
    }

    package func element(_ value: Bytes) { add(value.copy()) }

    private func add(_ element: [UInt8]) {
        switch content {
        case .list(var elements):
            content = .list([])
            elements.append(element)
            content = .list(elements)
        case .set(var elements):
            content = .set([])
            elements.append(element)
            content = .set(elements)
        default: preconditionFailure("an element of no list or set")
        }
    }

    package func field(_ field: Bytes, _ value: Bytes, expiry: UInt64?) {
        add([RDBRecord.Field(field: field.copy(), value: value.copy(), expiry: expiry)])
    }

    private func add(_ added: [RDBRecord.Field]) {
        guard case .hash(var fields) = content else { preconditionFailure("a field of no hash") }
        // Emptied first, so that the array has one owner and grows in place.
        content = .hash([])
        fields += added
        tally.fieldsExpiring += added.count { $0.expiry != nil }
        content = .hash(fields)
    }

    package func member(_ member: Bytes, score: Double) {
        add([RDBRecord.Scored(member: member.copy(), score: score)])
    }

    private func add(_ added: [RDBRecord.Scored]) {
        guard case .sortedSet(var members) = content else { preconditionFailure("a member of no sorted set") }
        content = .sortedSet([])
        members += added
        content = .sortedSet(members)
    }

    package func packed(_ packing: RDBPacking, _ bytes: Bytes) throws(StorageError) {
        var values: [[UInt8]] = []
        try RDBElements.forEach(packing, bytes) { values.append($0.copy()) }
        switch type.valueType {
        case .list, .set: for value in values { add(value) }
        case .hash:
            let width = packing == .listpackExpiring ? 3 : 2
            guard values.count.isMultiple(of: width) else { throw uneven("fields", values.count) }
            var fields: [RDBRecord.Field] = []
            for at in stride(from: 0, to: values.count, by: width) {
                let time = width == 3 ? values[at + 2].withLent { $0.integer } : 0
                guard let time, time >= 0 else {
                    throw RDBElements.corrupt("field's expiry", expected: "a number", found: "text")
                }
                fields.append(.init(field: values[at], value: values[at + 1], expiry: time == 0 ? nil : UInt64(time)))
            }
            add(fields)
        case .sortedSet:
            guard values.count.isMultiple(of: 2) else { throw uneven("members", values.count) }
            var members: [RDBRecord.Scored] = []
            for at in stride(from: 0, to: values.count, by: 2) {
                let score = values[at + 1].withLent { RDBElements.score(.bytes($0)) }
                guard let score else {
                    throw RDBElements.corrupt("score", expected: "a number", found: "text or not a number")
                }
                members.append(.init(member: values[at], score: score))
            }
            add(members)
        case .string, .stream, nil: preconditionFailure("packed elements of no collection")
        }
    }

    private func uneven(_ what: String, _ count: Int) -> StorageError {
        RDBElements.corrupt(what, expected: "pairs", found: "\(count) elements")
    }

    package func end() {}
    package func module(_ name: String) {
        tally.modules.insert(name)
        content = .module(name)
    }

    // MARK: Streams

    private func change(_ body: (inout RDBRecord.Stream) throws(StorageError) -> Void) throws(StorageError) {
        guard case .stream(var stream) = content else { preconditionFailure("a part of no stream") }
        content = .stream(RDBRecord.Stream())
        try body(&stream)
        content = .stream(stream)
    }

    package func streamNode(_ first: StreamID, _ listpack: Bytes) throws(StorageError) {
        try change { (stream) throws(StorageError) in
            var entries: [RDBRecord.Stream.Entry] = []
            try RDBStreamNode.forEach(first, listpack) { entry in
                if !entry.isDeleted { entries.append(.init(id: entry.id, words: entry.words)) }
            }
            stream.entries += entries
        }
    }

    package func streamInfo(_ info: RDBStreamInfo) throws(StorageError) {
        try change { (stream) throws(StorageError) in
            guard info.length == UInt64(stream.entries.count) else {
                throw RDBElements.corrupt(
                    "stream's length", expected: "\(stream.entries.count), as its nodes hold", found: "\(info.length)")
            }
            stream.info = info
        }
    }

    package func group(_ name: Bytes, last: StreamID, entriesRead: Int64?) throws(StorageError) {
        try change { $0.groups.append(.init(name: name.copy(), last: last, entriesRead: entriesRead)) }
    }

    package func pending(_ id: StreamID, deliveredAt: UInt64, deliveries: UInt64) throws(StorageError) {
        try change {
            $0.groups[$0.groups.count - 1].pending.append(
                .init(id: id, deliveredAt: deliveredAt, deliveries: deliveries))
        }
    }

    package func consumer(_ name: Bytes, seenAt: UInt64, activeAt: UInt64?) throws(StorageError) {
        try change {
            $0.groups[$0.groups.count - 1].consumers.append(
                .init(name: name.copy(), seenAt: seenAt, activeAt: activeAt))
        }
    }

    package func owned(_ id: StreamID) throws(StorageError) {
        try change { stream in
            let group = stream.groups.count - 1
            let consumer = stream.groups[group].consumers.count - 1
            stream.groups[group].consumers[consumer].owned.append(id)
        }
    }
}
