import Glibc
import StrataDisk
import StrataRESP

/// Fields with values: a listpack (field, value, field, value ...) while small, a hash table afterwards. It never goes
/// back, as in Redis.
package final class HashValue: CollectionValue {
    // Unchecked: one thread, and none of the methods calls out while it changes these.
    /// Everything, while `table` is nil; empty otherwise.
    @exclusivity(unchecked) private var pack: Listpack
    @exclusivity(unchecked) private var table: HashIndex?
    /// Heap of the table's blobs.
    @exclusivity(unchecked) private var blobBytes = 0

    package override init() {
        pack = Listpack()
    }

    private init(_ pack: consuming Listpack) {
        self.pack = pack
    }

    /// Takes over a listpack of pairs from outside. Nil unless it is one, has at least one pair, and no field twice.
    package init?(_ pack: consuming Listpack, limits: EncodingLimits) {
        guard pack.count > 0, pack.count % 2 == 0, !pack.hasDuplicates(step: 2) else { return nil }
        self.pack = pack
        super.init()
        if count > limits.hashMaxListpackEntries { convert() }
    }

    /// An empty one that `fields` fields are going to be added to.
    package convenience init(capacity fields: Int, limits: EncodingLimits) {
        self.init()
        if fields > limits.hashMaxListpackEntries { convert() }
    }

    deinit { table?.removeAll { free($0) } }

    package override var type: ValueType { .hash }
    package override var encoding: ValueEncoding { table == nil ? .listpack : .hashtable }
    /// Fields.
    package override var count: Int { table?.count ?? pack.count / 2 }
    package override var memoryBytes: Int {
        HeapCost.of(64) + pack.memoryBytes + (table.map { $0.memoryBytes + blobBytes } ?? 0)
    }

    package override func copy() -> CollectionValue {
        guard table != nil else { return HashValue(pack.copy()) }
        let copy = HashValue()
        copy.convert()
        forEach { field, value in
            field.withBytes { field in value.withBytes { copy.insertBlob(field, $0) } }
            return true
        }
        return copy
    }

    /// Lends the listpack, as RDB files hold it; nil: it is a table.
    package var listpackBytes: Bytes? { table == nil ? pack.bytes : nil }

    // MARK: Fields

    /// The value of a field, lent until the next change.
    package func value(of field: Bytes) -> PackedValue? {
        guard let table else {
            guard let at = pack.find(field, skip: 1), let next = pack.next(after: at) else { return nil }
            return pack[next]
        }
        return table.find(field, hash: HashIndex.hash(field)).map { .bytes(HashBlob.value(of: $0)) }
    }

    package func contains(_ field: Bytes) -> Bool {
        guard let table else { return pack.find(field, skip: 1) != nil }
        return table.find(field, hash: HashIndex.hash(field)) != nil
    }

    /// Gives a field a value, which is not lent by this hash.
    /// - Returns: whether the field is new.
    @discardableResult
    package func set(_ field: Bytes, _ value: Bytes, limits: EncodingLimits) -> Bool {
        if table == nil {
            let longest = max(field.count, value.count)
            // Two heads and two trailers take at most 20 bytes.
            if longest <= limits.hashMaxListpackValue, pack.hasRoom(for: field.count + value.count + 20) {
                return setPacked(field, value, limits)
            }
            convert()
        }
        return setInTable(field, value)
    }

    /// - Returns: whether it was there.
    package func remove(_ field: Bytes) -> Bool {
        guard let table else {
            guard let at = pack.find(field, skip: 1) else { return false }
            pack.remove(at: at, count: 2)
            return true
        }
        guard let blob = table.remove(field, hash: HashIndex.hash(field)) else { return false }
        blobBytes -= HashBlob.cost(of: blob)
        free(blob)
        return true
    }

    // MARK: All

    /// Calls `body` with each field and its value until it returns false.
    package func forEach(_ body: (_ field: PackedValue, _ value: PackedValue) -> Bool) {
        if let table {
            table.forEach { body(.bytes(HashBlob.field(of: $0)), .bytes(HashBlob.value(of: $0))) }
            return
        }
        var position = pack.first
        while let at = position, let next = pack.next(after: at) {
            if !body(pack[at], pack[next]) { return }
            position = pack.next(after: next)
        }
    }

    /// Some fields from a cursor on: 0 begins, and ends. A small hash gives all at once.
    package func scan(
        cursor: UInt64, count: Int, _ body: (_ field: PackedValue, _ value: PackedValue) -> Void
    ) -> UInt64 {
        if let table {
            return table.scan(cursor: cursor, count: count) {
                body(.bytes(HashBlob.field(of: $0)), .bytes(HashBlob.value(of: $0)))
            }
        }
        forEach { field, value in
            body(field, value)
            return true
        }
        return 0
    }

    /// Each field is as likely as any other. It is not empty.
    package func random(_ random: inout SeededRandom) -> (field: PackedValue, value: PackedValue) {
        if let table {
            guard let blob = table.randomBlob(&random) else { preconditionFailure("no field to pick from") }
            return (.bytes(HashBlob.field(of: blob)), .bytes(HashBlob.value(of: blob)))
        }
        guard let at = pack.position(at: 2 * random.below(count)), let next = pack.next(after: at) else {
            preconditionFailure("no field to pick from")
        }
        return (pack[at], pack[next])
    }

    /// `wanted` different fields, each choice of as many as likely as any other.
    package func randomDistinct(
        _ wanted: Int, _ random: inout SeededRandom, _ body: (_ field: PackedValue, _ value: PackedValue) -> Void
    ) {
        var sample = DistinctSample(of: count, wanted)
        if let table, sample.isSparse {
            sample.pick(from: table, &random) {
                body(.bytes(HashBlob.field(of: $0)), .bytes(HashBlob.value(of: $0)))
            }
            return
        }
        var chance = random
        forEach { field, value in
            if sample.takesNext(&chance) { body(field, value) }
            return !sample.isDone
        }
        random = chance
    }

    // MARK: Encodings

    private func setPacked(_ field: Bytes, _ value: Bytes, _ limits: EncodingLimits) -> Bool {
        if let at = pack.find(field, skip: 1), let next = pack.next(after: at) {
            pack.replace(at: next, with: value)
            return false
        }
        pack.append(field)
        pack.append(value)
        if count > limits.hashMaxListpackEntries { convert() }
        return true
    }

    private func setInTable(_ field: Bytes, _ value: Bytes) -> Bool {
        guard let table else { preconditionFailure("no table") }
        let hash = HashIndex.hash(field)
        guard let blob = table.find(field, hash: hash) else {
            insertBlob(field, value, hash)
            return true
        }
        let old = HashBlob.cost(of: blob)
        let size = HashBlob.fieldOffset + field.count + value.count
        if HeapCost.of(size) == old {
            HashBlob.setValue(value, of: blob)
            return false
        }
        let new = HashBlob.make(field, value)
        table.replace(blob, by: new, hash: hash)
        free(blob)
        blobBytes += HeapCost.of(size) - old
        return false
    }

    private func insertBlob(_ field: Bytes, _ value: Bytes) { insertBlob(field, value, HashIndex.hash(field)) }

    private func insertBlob(_ field: Bytes, _ value: Bytes, _ hash: UInt64) {
        let blob = HashBlob.make(field, value)
        blobBytes += HashBlob.cost(of: blob)
        table?.insert(blob, hash: hash)
    }

    private func convert() {
        let table = HashIndex(keyOffset: HashBlob.fieldOffset)
        var bytes = 0
        forEach { field, value in
            let blob = field.withBytes { field in value.withBytes { HashBlob.make(field, $0) } }
            bytes += HashBlob.cost(of: blob)
            table.insert(blob, hash: HashIndex.hash(HashBlob.field(of: blob)))
            return true
        }
        blobBytes = bytes
        self.table = table
        pack = Listpack()
    }
}
