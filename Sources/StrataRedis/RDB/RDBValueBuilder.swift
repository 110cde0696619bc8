import StrataDisk
import StrataRESP

/// Makes values out of their parts, with the encodings that Redis 7.0 gives them. Parts may hold anything: what is invalid is thrown.
package class RDBValueBuilder: RDBValueVisitor {
    package enum Built {
        case string([UInt8])
        case collection(CollectionValue)
        /// A collection without elements: no key has such a value.
        case empty
        /// Only its module could read it.
        case module(String)
    }

    package var limits: EncodingLimits
    package private(set) var built = Built.empty
    /// Fields of hashes whose expiry was dropped: Redis 7.0 has none, so their values stay for good.
    package private(set) var droppedFieldExpiries = 0

    private var type = RDBType.string
    private var list = ListValue()
    private var set: SetValue?
    private var hash: HashValue?
    private var sortedSet: SortedSetValue?
    private var stream = StreamValue()
    private var group: ConsumerGroup?
    private var groupPending: [StreamID: (time: Int64, count: UInt64)] = [:]
    private var consumer: StreamConsumer?

    package init(limits: EncodingLimits) { self.limits = limits }

    /// The value of a DUMP payload.
    package static func value(
        of payload: Bytes, checks: Bool = true, limits: EncodingLimits
    ) throws(RDBPayload.Refusal) -> Built {
        let builder = RDBValueBuilder(limits: limits)
        try RDBPayload.read(payload, checks: checks, into: builder)
        switch builder.built {
        case .empty: throw .badFormat("a collection without elements")
        case .module(let name): throw .badFormat("a value of module \(name)")
        case .string, .collection: return builder.built
        }
    }

    private func invalid(_ what: String, _ found: String) -> StorageError {
        RDBElements.corrupt(what, expected: "a valid \(what)", found: found)
    }

    package func string(_ value: Bytes) throws(StorageError) { built = .string(value.copy()) }
    package func module(_ name: String) throws(StorageError) { built = .module(name) }

    package func begin(_ type: RDBType, count: Int) throws(StorageError) {
        self.type = type
        switch type.valueType {
        case .list: list = ListValue()
        case .set: set = type == .set ? SetValue(capacity: count, limits: limits) : nil
        case .hash: hash = type == .hash ? HashValue(capacity: count, limits: limits) : HashValue()
        case .sortedSet: sortedSet = SortedSetValue(isLarge: count > limits.zsetMaxListpackEntries)
        case .stream:
            stream = StreamValue()
            group = nil
            consumer = nil
        case .string, nil: preconditionFailure("not a collection")
        }
    }

    package func end() throws(StorageError) {
        switch type.valueType {
        case .list: finish(list, list.count)
        case .set: finish(set, set?.count ?? 0)
        case .hash: finish(hash, hash?.count ?? 0)
        case .sortedSet: finish(sortedSet, sortedSet?.count ?? 0)
        case .stream:
            try endGroup()
            built = .collection(stream)
        case .string, nil: preconditionFailure("not a collection")
        }
    }

    private func finish(_ value: CollectionValue?, _ count: Int) {
        built = value.map { count > 0 ? .collection($0) : .empty } ?? .empty
    }

    package func element(_ value: Bytes) throws(StorageError) {
        guard let set, type.valueType == .set else { return list.push(value, at: .tail, limits: limits) }
        guard set.add(value, limits: limits) else { throw invalid("set", "a member twice") }
    }

    package func field(_ field: Bytes, _ value: Bytes, expiry: UInt64?) throws(StorageError) {
        if expiry != nil { droppedFieldExpiries += 1 }
        guard let hash, hash.set(field, value, limits: limits) else { throw invalid("hash", "a field twice") }
    }

    package func member(_ member: Bytes, score: Double) throws(StorageError) {
        guard let sortedSet, sortedSet.set(member, to: score, limits: limits) == .added else {
            throw invalid("sorted set", "a member twice")
        }
    }

    package func packed(_ packing: RDBPacking, _ bytes: Bytes) throws(StorageError) {
        if packing == .intset { return try intset(bytes) }
        if packing == .listpackExpiring { return try expiringHash(bytes) }
        guard let pack = Self.listpack(packing, bytes) else { throw RDBElements.invalid("\(packing)", bytes) }
        switch type.valueType {
        case .list: list.appendNode(pack)
        case .set:
            if pack.isEmpty { return }
            guard let made = SetValue(pack, limits: limits) else { throw invalid("set", "a member twice") }
            set = made
        case .hash: try packedHash(pack, isZipmap: packing == .zipmap)
        case .sortedSet:
            if pack.isEmpty { return }
            guard SortedSetValue.isValid(pack) else { throw invalid("sorted set", "a member twice, or no score") }
            let made = SortedSetValue(packed: pack)
            if made.count > limits.zsetMaxListpackEntries { made.makeLarge() }
            sortedSet = made
        case .string, .stream, nil: preconditionFailure("packed elements of no collection")
        }
    }

    private static func listpack(_ packing: RDBPacking, _ bytes: Bytes) -> Listpack? {
        switch packing {
        case .listpack, .listpackExpiring: Listpack(validating: bytes)
        case .ziplist: Ziplist(validating: bytes)?.listpack()
        case .zipmap: Zipmap(validating: bytes)?.listpack()
        case .intset: nil
        }
    }

    private func packedHash(_ pack: consuming Listpack, isZipmap: Bool) throws(StorageError) {
        if pack.isEmpty { return }
        var isWide = false
        if isZipmap {
            // The one old form that Redis converts by the size of its elements too.
            let limit = limits.hashMaxListpackValue
            pack.forEach { value in
                isWide = value.count > limit
                return !isWide
            }
        }
        var limits = limits
        if isWide { limits.hashMaxListpackEntries = 0 }
        guard let made = HashValue(pack, limits: limits) else { throw invalid("hash", "a field twice, or no value") }
        hash = made
    }

    private func intset(_ bytes: Bytes) throws(StorageError) {
        guard let integers = Intset(validating: bytes) else { throw RDBElements.invalid("intset", bytes) }
        set = SetValue(integers, limits: limits)
    }

    private func expiringHash(_ bytes: Bytes) throws(StorageError) {
        var words: [[UInt8]] = []
        try RDBElements.forEach(.listpack, bytes) { words.append($0.copy()) }
        guard words.count.isMultiple(of: 3) else { throw invalid("hash", "a field without value or expiry") }
        for at in stride(from: 0, to: words.count, by: 3) {
            if words[at + 2] != [UInt8(ascii: "0")] { droppedFieldExpiries += 1 }
            let isNew = words[at].withLent { field in
                words[at + 1].withLent { hash?.set(field, $0, limits: limits) ?? false }
            }
            guard isNew else { throw invalid("hash", "a field twice") }
        }
    }

    // MARK: Streams

    package func streamNode(_ first: StreamID, _ listpack: Bytes) throws(StorageError) {
        guard let pack = Listpack(validating: listpack), stream.appendNode(first, pack) else {
            throw invalid("stream node", "one that contradicts its format, is empty, or not behind the one before")
        }
    }

    package func streamInfo(_ info: RDBStreamInfo) throws(StorageError) {
        guard info.length == UInt64(stream.count) else {
            throw invalid("stream", "\(stream.count) entries where \(info.length) were announced")
        }
        stream.last = info.last
        if let extent = info.extent {
            stream.setFirst(extent.first)
            stream.largestDeleted = extent.largestDeleted
            stream.entriesAdded = extent.entriesAdded
        } else {
            stream.refreshFirst()
            stream.entriesAdded = info.length
        }
    }

    package func group(_ name: Bytes, last: StreamID, entriesRead: Int64?) throws(StorageError) {
        try endGroup()
        let read =
            type == .stream
            ? stream.entriesAdded(upTo: last) : entriesRead.flatMap { $0 >= 0 ? UInt64($0) : nil }
        guard let added = stream.addGroup(name, last: last, entriesRead: read) else {
            throw invalid("stream", "a group twice")
        }
        group = added
    }

    private func endGroup() throws(StorageError) {
        consumer = nil
        group = nil
        guard groupPending.isEmpty else {
            groupPending = [:]
            throw invalid("stream", "a pending entry without a consumer")
        }
    }

    package func pending(_ id: StreamID, deliveredAt: UInt64, deliveries: UInt64) throws(StorageError) {
        guard groupPending.updateValue((Int64(bitPattern: deliveredAt), deliveries), forKey: id) == nil else {
            groupPending = [:]
            throw invalid("stream", "a pending entry twice")
        }
    }

    package func consumer(_ name: Bytes, seenAt: UInt64, activeAt: UInt64?) throws(StorageError) {
        guard let added = group?.addConsumer(name, seenAt: Int64(bitPattern: seenAt)) else {
            groupPending = [:]
            throw invalid("stream", "a consumer twice")
        }
        consumer = added
    }

    package func owned(_ id: StreamID) throws(StorageError) {
        guard let consumer, let delivery = groupPending.removeValue(forKey: id) else {
            groupPending = [:]
            throw invalid("stream", "a consumer's entry that is not pending, or has another owner")
        }
        group?.deliver(id, to: consumer, at: delivery.time, deliveries: delivery.count)
    }
}
