import Glibc
import StrataDisk
import StrataRESP

/// Members: an intset while all are integers and few, a hash table afterwards. It never goes back, as in Redis.
///
/// A member of the table is a block: its length in 32 bits, then its bytes.
package final class SetValue: CollectionValue {
    private static let memberOffset = 4
    /// Redis bounds the setting: sizes of intsets stay within 32 bits.
    private static let mostIntegers = 1 << 30

    // Unchecked: one thread, and none of the methods calls out while it changes these.
    /// Everything, while `table` is nil; empty otherwise.
    @exclusivity(unchecked) private var integers: Intset
    @exclusivity(unchecked) private var table: HashIndex?
    /// Heap of the table's blobs.
    @exclusivity(unchecked) private var blobBytes = 0

    package override init() {
        integers = Intset()
    }

    private init(_ integers: consuming Intset) {
        self.integers = integers
    }

    /// Takes over an intset from outside; nil if it is empty.
    package init?(_ integers: consuming Intset, limits: EncodingLimits) {
        guard integers.count > 0 else { return nil }
        self.integers = integers
        super.init()
        if self.integers.count > limits.setMaxIntsetEntries { convert() }
    }

    /// The elements of a listpack from outside (RDB 11, type 20); nil if it is empty or one comes twice.
    package convenience init?(_ pack: borrowing Listpack, limits: EncodingLimits) {
        self.init()
        var isNew = pack.count > 0
        pack.forEach { value in
            isNew = value.withBytes { add($0, limits: limits) }
            return isNew
        }
        guard isNew else { return nil }
    }

    /// An empty one that `members` members are going to be added to.
    package convenience init(capacity members: Int, limits: EncodingLimits) {
        self.init()
        if members > limits.setMaxIntsetEntries { convert() }
    }

    deinit { table?.removeAll { free($0) } }

    package override var type: ValueType { .set }
    package override var encoding: ValueEncoding { table == nil ? .intset : .hashtable }
    package override var count: Int { table?.count ?? integers.count }
    package override var memoryBytes: Int {
        HeapCost.of(64) + integers.memoryBytes + (table.map { $0.memoryBytes + blobBytes } ?? 0)
    }

    package override func copy() -> CollectionValue {
        guard table != nil else { return SetValue(integers.copy()) }
        let copy = SetValue()
        copy.convert()
        forEach { member in
            member.withBytes { copy.insertBlob($0, HashIndex.hash($0)) }
            return true
        }
        return copy
    }

    /// Lends the intset, as RDB files hold it; nil: it is a table.
    package var intsetBytes: Bytes? { table == nil ? integers.bytes : nil }

    // MARK: Members

    package func contains(_ member: Bytes) -> Bool {
        guard let table else { return member.integer.map { integers.contains($0) } ?? false }
        return table.find(member, hash: HashIndex.hash(member)) != nil
    }

    package func contains(_ member: PackedValue) -> Bool {
        if table == nil, case .integer(let value) = member { return integers.contains(value) }
        return member.withBytes { contains($0) }
    }

    /// - Returns: whether it is new.
    @discardableResult
    package func add(_ member: Bytes, limits: EncodingLimits) -> Bool {
        if table == nil {
            if let value = member.integer { return add(value, limits: limits) }
            convert()
        }
        return addToTable(member)
    }

    /// Adds an element of another set.
    @discardableResult
    package func add(_ member: PackedValue, limits: EncodingLimits) -> Bool {
        if table == nil, case .integer(let value) = member { return add(value, limits: limits) }
        return member.withBytes { add($0, limits: limits) }
    }

    /// - Returns: whether it was there.
    package func remove(_ member: Bytes) -> Bool {
        guard let table else { return member.integer.map { integers.remove($0) } ?? false }
        guard let blob = table.remove(member, hash: HashIndex.hash(member)) else { return false }
        release(blob)
        return true
    }

    package func remove(_ member: PackedValue) -> Bool {
        if table == nil, case .integer(let value) = member { return integers.remove(value) }
        return member.withBytes { remove($0) }
    }

    // MARK: All

    /// Calls `body` with each member until it returns false: integers in ascending order.
    package func forEach(_ body: (PackedValue) -> Bool) {
        if let table {
            table.forEach { body(.bytes(Self.member(of: $0))) }
            return
        }
        for index in 0..<integers.count where !body(.integer(integers[index])) { return }
    }

    /// Some members from a cursor on: 0 begins, and ends. A small set gives all at once.
    package func scan(cursor: UInt64, count: Int, _ body: (PackedValue) -> Void) -> UInt64 {
        if let table { return table.scan(cursor: cursor, count: count) { body(.bytes(Self.member(of: $0))) } }
        forEach { member in
            body(member)
            return true
        }
        return 0
    }

    /// Each member is as likely as any other. It is not empty.
    package func random(_ random: inout SeededRandom) -> PackedValue {
        guard let table else { return .integer(integers[random.below(integers.count)]) }
        guard let blob = table.randomBlob(&random) else { preconditionFailure("no member to pick from") }
        return .bytes(Self.member(of: blob))
    }

    /// `wanted` different members, each choice of as many as likely as any other.
    package func randomDistinct(_ wanted: Int, _ random: inout SeededRandom, _ body: (PackedValue) -> Void) {
        var sample = DistinctSample(of: count, wanted)
        if let table, sample.isSparse {
            sample.pick(from: table, &random) { body(.bytes(Self.member(of: $0))) }
            return
        }
        var chance = random
        forEach { member in
            if sample.takesNext(&chance) { body(member) }
            return !sample.isDone
        }
        random = chance
    }

    /// Takes a member out: each is as likely as any other. `body` sees it before it is gone.
    package func popRandom<R>(_ random: inout SeededRandom, _ body: (PackedValue) -> R) -> R {
        guard let table else {
            let index = random.below(integers.count)
            let result = body(.integer(integers[index]))
            integers.remove(at: index)
            return result
        }
        guard let blob = table.randomBlob(&random) else { preconditionFailure("no member to pick from") }
        let member = Self.member(of: blob)
        let result = body(.bytes(member))
        table.remove(blob, hash: HashIndex.hash(member))
        release(blob)
        return result
    }

    // MARK: Encodings

    private func add(_ value: Int64, limits: EncodingLimits) -> Bool {
        guard integers.insert(value) else { return false }
        if integers.count > min(limits.setMaxIntsetEntries, Self.mostIntegers) { convert() }
        return true
    }

    private func addToTable(_ member: Bytes) -> Bool {
        let hash = HashIndex.hash(member)
        if table?.find(member, hash: hash) != nil { return false }
        insertBlob(member, hash)
        return true
    }

    private func insertBlob(_ member: Bytes, _ hash: UInt64) {
        blobBytes += HeapCost.of(Self.memberOffset + member.count)
        table?.insert(Self.makeBlob(member), hash: hash)
    }

    private func release(_ blob: UnsafeMutableRawPointer) {
        blobBytes -= HeapCost.of(Self.memberOffset + Self.member(of: blob).count)
        free(blob)
    }

    private static func makeBlob(_ member: Bytes) -> UnsafeMutableRawPointer {
        let blob = MemoryBlock.allocate(memberOffset + member.count)
        blob.storeBytes(of: UInt32(member.count), as: UInt32.self)
        memcpy(blob + memberOffset, member.start, member.count)
        return blob
    }

    @inline(__always)
    private static func member(of blob: UnsafeMutableRawPointer) -> Bytes {
        Bytes(blob + memberOffset, Int(blob.load(as: UInt32.self)))
    }

    private func convert() {
        let table = HashIndex(keyOffset: Self.memberOffset)
        let old = integers.count
        self.table = table
        for index in 0..<old {
            DecimalDigits(integers[index]).withBytes { insertBlob($0, HashIndex.hash($0)) }
        }
        integers = Intset()
    }
}
