import StrataDisk
import StrataRESP

/// Turns a dump into the commands that make the same data: RPUSH, SADD, ZADD, HMSET, XADD and what belongs to them.
package final class AOFCommandVisitor: RDBVisitor {
    private let file: AOFCommandFile
    private var key = Bytes(UnsafeRawBufferPointer(start: nil, count: 0))
    private var expiry: UInt64?
    private var database = -1
    private var type = ValueType.string
    /// Words of the command being gathered.
    private var words: [[UInt8]] = []
    private var hasValue = false
    private var pending: [StreamID: (time: UInt64, count: UInt64)] = [:]
    private var group: [UInt8] = []
    private var consumer: (name: [UInt8], owns: Bool)?
    private var entries: UInt64 = 0

    package init(_ file: AOFCommandFile) { self.file = file }

    package func version(_ version: Int) {}
    package func auxiliary(_ name: Bytes, _ value: Bytes) {}
    package func select(_ database: Int) {}
    package func sizes(keys: UInt64, expiring: UInt64) {}
    package func moduleAuxiliary(_ name: String) {}

    package func function(_ code: Bytes) throws(StorageError) {
        try file.begin(3)
        file.add("FUNCTION")
        file.add("LOAD")
        file.add(code)
    }

    package func beginKey(_ key: RDBKey) throws(StorageError) {
        if key.database != database {
            database = key.database
            try command("SELECT", "\(database)")
        }
        self.key = key.name
        expiry = key.expiry
        hasValue = false
    }

    package func endKey() throws(StorageError) {
        guard let expiry, hasValue else { return }
        try file.begin(3)
        file.add("PEXPIREAT")
        file.add(key)
        file.add("\(expiry)")
    }

    private func command(_ words: String...) throws(StorageError) {
        try file.begin(words.count)
        for word in words { file.add(word) }
    }

    /// A command on the key.
    private func command(_ name: String, _ rest: [[UInt8]]) throws(StorageError) {
        try file.begin(2 + rest.count)
        file.add(name)
        file.add(key)
        for word in rest { word.withLent { file.add($0) } }
        hasValue = true
    }

    package func string(_ value: Bytes) throws(StorageError) {
        try file.begin(3)
        file.add("SET")
        file.add(key)
        file.add(value)
        hasValue = true
    }

    package func begin(_ type: RDBType, count: Int) throws(StorageError) {
        guard let type = type.valueType else { preconditionFailure("not a collection") }
        self.type = type
        words = []
        entries = 0
    }

    private func add(_ added: [[UInt8]], width: Int) throws(StorageError) {
        words += added
        if words.count >= AOFFormat.elementsPerCommand * width { try flush() }
    }

    private func flush() throws(StorageError) {
        guard !words.isEmpty else { return }
        let name =
            switch type {
            case .list: "RPUSH"
            case .set: "SADD"
            case .sortedSet: "ZADD"
            case .hash: "HMSET"
            case .string, .stream: preconditionFailure("no elements")
            }
        try command(name, words)
        words.removeAll(keepingCapacity: true)
    }

    package func element(_ value: Bytes) throws(StorageError) { try add([value.copy()], width: 1) }

    package func field(_ field: Bytes, _ value: Bytes, expiry: UInt64?) throws(StorageError) {
        try add([field.copy(), value.copy()], width: 2)
    }

    package func member(_ member: Bytes, score: Double) throws(StorageError) {
        try add([Array(RDBDigest.text(score).utf8), member.copy()], width: 2)
    }

    package func packed(_ packing: RDBPacking, _ bytes: Bytes) throws(StorageError) {
        var values: [[UInt8]] = []
        try RDBElements.forEach(packing, bytes) { values.append($0.copy()) }
        switch type {
        case .list, .set: for value in values { try add([value], width: 1) }
        case .hash:
            for at in stride(from: 0, to: values.count - 1, by: packing == .listpackExpiring ? 3 : 2) {
                try add([values[at], values[at + 1]], width: 2)
            }
        case .sortedSet:
            for at in stride(from: 0, to: values.count - 1, by: 2) { try add([values[at + 1], values[at]], width: 2) }
        case .string, .stream: preconditionFailure("packed elements of no collection")
        }
    }

    package func end() throws(StorageError) {
        if type == .stream { try endConsumer() } else { try flush() }
    }

    package func module(_ name: String) throws(StorageError) {
        throw RDBElements.corrupt("value", expected: "a type of Redis itself", found: "one of module \(name)")
    }

    // MARK: Streams

    private func text(_ id: StreamID) -> [UInt8] { Array("\(id.milliseconds)-\(id.sequence)".utf8) }
    private func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    package func streamNode(_ first: StreamID, _ listpack: Bytes) throws(StorageError) {
        var found: [RDBStreamNode.Entry] = []
        try RDBStreamNode.forEach(first, listpack) { if !$0.isDeleted { found.append($0) } }
        for entry in found {
            try command("XADD", [text(entry.id)] + entry.words)
            entries += 1
        }
    }

    package func streamInfo(_ info: RDBStreamInfo) throws(StorageError) {
        if entries == 0 {
            // A stream without entries: one that is trimmed at once.
            try command("XADD", ["MAXLEN", "0", "0-1", "x", "y"].map(text))
        }
        var words = [text(info.last)]
        if let extent = info.extent {
            words += [
                text("ENTRIESADDED"), text("\(extent.entriesAdded)"), text("MAXDELETEDID"), text(extent.largestDeleted),
            ]
        }
        try command("XSETID", words)
    }

    package func group(_ name: Bytes, last: StreamID, entriesRead: Int64?) throws(StorageError) {
        try endConsumer()
        group = name.copy()
        pending = [:]
        try file.begin(7)
        file.add("XGROUP")
        file.add("CREATE")
        file.add(key)
        file.add(name)
        file.add("\(last.milliseconds)-\(last.sequence)")
        file.add("ENTRIESREAD")
        file.add("\(entriesRead ?? -1)")
    }

    package func pending(_ id: StreamID, deliveredAt: UInt64, deliveries: UInt64) {
        pending[id] = (deliveredAt, deliveries)
    }

    package func consumer(_ name: Bytes, seenAt: UInt64, activeAt: UInt64?) throws(StorageError) {
        try endConsumer()
        consumer = (name.copy(), false)
    }

    /// One without entries would not come into being by claiming them.
    private func endConsumer() throws(StorageError) {
        guard let ended = consumer else { return }
        consumer = nil
        guard !ended.owns else { return }
        try file.begin(5)
        file.add("XGROUP")
        file.add("CREATECONSUMER")
        file.add(key)
        group.withLent { file.add($0) }
        ended.name.withLent { file.add($0) }
    }

    package func owned(_ id: StreamID) throws(StorageError) {
        guard let name = consumer?.name, let delivery = pending[id] else {
            throw RDBElements.corrupt(
                "consumer's entry", expected: "one that its group has delivered",
                found: "\(id.milliseconds)-\(id.sequence)")
        }
        consumer?.owns = true
        try command(
            "XCLAIM",
            [
                group, name, text("0"), text(id), text("TIME"), text("\(delivery.time)"), text("RETRYCOUNT"),
                text("\(delivery.count)"), text("JUSTID"), text("FORCE"),
            ])
    }
}
