import Glibc
import StrataRESP

/// The keys of one database and all their memory: index, entries, collections, and the array of expiring keys.
///
/// Knows neither time nor events; `Database` does. Flushing and SWAPDB exchange whole tables, so that a snapshot or the
/// thread that frees may keep an old one.
final class KeyTable {
    typealias Format = KeyEntryFormat

    let index = HashIndex(keyOffset: KeyEntryFormat.keyAt)
    /// Entries with an expiry, in no order; an entry knows its place.
    private(set) var expiring: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private(set) var expiringCount = 0
    private var expiringCapacity = 0
    /// Heap of the entries, and of the collections as far as accounted for.
    private(set) var entryBytes = 0
    /// The collection that is being changed: its bytes are accounted for when the next is opened, or when they are
    /// asked for.
    private var opened: UnsafeMutableRawPointer?
    /// Its place in the running snapshot; -1 where it has none.
    var snapshotSlot = -1

    init() { expiring = .allocate(capacity: 1) }

    deinit {
        index.removeAll { Self.release($0) }
        expiring.deallocate()
    }

    var count: Int { index.count }

    /// Bytes of heap of everything.
    var memoryBytes: Int {
        settle()
        return entryBytes + index.memoryBytes + HeapCost.of(8 * expiringCapacity)
    }

    @inline(__always)
    func find(_ key: Bytes, hash: UInt64) -> KeyEntry? {
        guard let blob = index.find(key, hash: hash) else { return nil }
        return KeyEntry(blob, hash: hash)
    }

    // MARK: Collections

    /// Remembers that a collection may change its size from here on.
    @inline(__always)
    func open(_ entry: KeyEntry) {
        if opened == entry.blob { return }
        settle()
        opened = entry.blob
    }

    @inline(__always)
    func settle() {
        guard let opened else { return }
        self.opened = nil
        account(KeyEntry(opened, hash: 0))
    }

    private func account(_ entry: KeyEntry) {
        guard let collection = entry.collection else { return }
        let bytes = collection.memoryBytes
        entryBytes += bytes - entry.accounted
        entry.accounted = bytes
    }

    // MARK: Entries

    /// Memory of an entry, with all but its value: that is the caller's to write.
    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        guard let blob = malloc(size) else { preconditionFailure("out of memory for a value of \(size) bytes") }
        return blob
    }

    /// Frees an entry that is in no table any more.
    static func release(_ blob: UnsafeMutableRawPointer) {
        let entry = KeyEntry(blob, hash: 0)
        if entry.kind == .collection { dropReference(entry) }
        free(blob)
    }

    private static func dropReference(_ entry: KeyEntry) {
        let address = entry.blob.loadUnaligned(fromByteOffset: entry.valueAt, as: UInt.self)
        Unmanaged<CollectionValue>.fromOpaque(UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped).release()
    }

    /// What is stored under a key.
    enum Value {
        case integer(Int64)
        case bytes(Bytes, isRaw: Bool)
        case collection(CollectionValue)

        /// Bytes in the entry.
        @inline(__always)
        var size: Int {
            switch self {
            case .integer: Format.integerSize
            case .bytes(let bytes, _): Format.bytesHeaderSize + bytes.count
            case .collection: Format.collectionSize
            }
        }
    }

    /// Adds a key that is not there.
    func insert(_ key: Bytes, hash: UInt64, _ value: Value, expiry: Int64?, clock: UInt32) -> KeyEntry {
        let head = Format.keyAt + key.count + (expiry == nil ? 0 : Format.expirySize)
        let room = HeapCost.usable(head + value.size)
        let blob = Self.allocate(room)
        blob.storeBytes(of: UInt32(key.count), as: UInt32.self)
        memcpy(blob + Format.keyAt, key.start, key.count)
        let entry = KeyEntry(blob, hash: hash)
        entry.meta = expiry == nil ? 0 : Format.expiring
        entry.clock = clock
        store(value, in: entry, room: room)
        index.insert(blob, hash: hash)
        if let expiry {
            entry.storeExpiry(expiry)
            addExpiring(entry)
        }
        return entry
    }

    /// Writes a value behind head and key, which are there, and accounts for the entry.
    @inline(__always)
    private func store(_ value: Value, in entry: KeyEntry, room: Int) {
        let at = entry.valueAt
        let blob = entry.blob
        let meta = entry.meta & ~(Format.kindMask | Format.raw)
        switch value {
        case .integer(let number):
            entry.meta = meta | KeyEntry.Kind.integer.rawValue
            blob.storeBytes(of: number, toByteOffset: at, as: Int64.self)
        case .bytes(let bytes, let isRaw):
            entry.meta = meta | KeyEntry.Kind.bytes.rawValue | (isRaw ? Format.raw : 0)
            blob.storeBytes(of: UInt32(bytes.count), toByteOffset: at, as: UInt32.self)
            let capacity = UInt32(room - at - Format.bytesHeaderSize)
            blob.storeBytes(of: capacity, toByteOffset: at + 4, as: UInt32.self)
            memcpy(blob + at + Format.bytesHeaderSize, bytes.start, bytes.count)
        case .collection(let collection):
            entry.meta = meta | KeyEntry.Kind.collection.rawValue
            let address = UInt(bitPattern: Unmanaged.passRetained(collection).toOpaque())
            blob.storeBytes(of: address, toByteOffset: at, as: UInt.self)
            entry.accounted = 0
            account(entry)
        }
        // Numbers and references know no capacity: what `rewrite` left beyond them is not in the sum.
        entryBytes &+= HeapCost.of(entry.size)
    }

    /// Another value under the same key. The bytes must not be those of the entry itself.
    func overwrite(_ entry: KeyEntry, _ value: Value, keepingExpiry: Bool) -> KeyEntry {
        forget(entry)
        if entry.isExpiring, !keepingExpiry {
            removeExpiring(entry)
            // The value lies elsewhere then: all of it is written anew.
            let capacityEnd = entry.size
            if entry.kind == .collection { Self.dropReference(entry) }
            entry.meta = (entry.meta & ~(Format.expiring | Format.kindMask)) | KeyEntry.Kind.integer.rawValue
            return rewrite(entry, value, room: HeapCost.usable(capacityEnd))
        }
        let room = HeapCost.usable(entry.size)
        if entry.kind == .collection { Self.dropReference(entry) }
        return rewrite(entry, value, room: room)
    }

    /// Takes the entry's bytes out of the sum.
    private func forget(_ entry: KeyEntry) {
        if opened == entry.blob { settle() }
        entryBytes &-= HeapCost.of(entry.size)
        if entry.kind == .collection { entryBytes &-= entry.accounted }
    }

    /// Stores a value into an entry of `room` bytes whose old value is void, in place where that wastes little.
    private func rewrite(_ entry: KeyEntry, _ value: Value, room: Int) -> KeyEntry {
        let needed = HeapCost.usable(entry.valueAt + value.size)
        if needed <= room, room - needed <= 64 + needed / 2 {
            store(value, in: entry, room: room)
            return entry
        }
        let blob = Self.allocate(needed)
        memcpy(blob, entry.blob, entry.valueAt)
        let moved = KeyEntry(blob, hash: entry.hash)
        relocate(entry, moved)
        store(value, in: moved, room: needed)
        free(entry.blob)
        return moved
    }

    /// The entry lies elsewhere: index and array are told.
    private func relocate(_ old: KeyEntry, _ new: KeyEntry) {
        index.replace(old.blob, by: new.blob, hash: new.hash)
        if new.isExpiring { expiring[new.place] = new.blob }
        if opened == old.blob { opened = new.blob }
    }

    /// Makes a string one of `count` bytes that may be changed in place: the first ones as they were, new ones zero.
    ///
    /// - Parameter isGrowing: more is expected, so twice the room is taken (to 1 MiB more, as Redis' strings do).
    func resize(_ entry: KeyEntry, to count: Int, isGrowing: Bool) -> KeyEntry {
        if entry.kind == .bytes, count <= entry.capacity {
            let old = entry.byteCount
            if count > old { memset(entry.blob + entry.valueAt + Format.bytesHeaderSize + old, 0, count - old) }
            entry.blob.storeBytes(of: UInt32(count), toByteOffset: entry.valueAt, as: UInt32.self)
            entry.meta |= Format.raw
            return entry
        }
        forget(entry)
        let capacity = isGrowing ? count + min(count, 1 << 20) : count
        let room = HeapCost.usable(entry.valueAt + Format.bytesHeaderSize + capacity)
        let blob: UnsafeMutableRawPointer
        if entry.kind == .bytes {
            let old = entry.byteCount
            guard let larger = realloc(entry.blob, room) else { preconditionFailure("out of memory for \(room) bytes") }
            blob = larger
            let moved = KeyEntry(blob, hash: entry.hash)
            memset(blob + moved.valueAt + Format.bytesHeaderSize + old, 0, count - old)
            relocate(entry, moved)
        } else {
            blob = Self.allocate(room)
            memcpy(blob, entry.blob, entry.valueAt)
            let moved = KeyEntry(blob, hash: entry.hash)
            let at = moved.valueAt + Format.bytesHeaderSize
            let kept = entry.withString { text in
                let kept = min(text.count, count)
                memcpy(blob + at, text.start, kept)
                return kept
            }
            memset(blob + at + kept, 0, count - kept)
            relocate(entry, moved)
            free(entry.blob)
        }
        let moved = KeyEntry(blob, hash: entry.hash)
        let at = moved.valueAt
        moved.meta = (moved.meta & ~Format.kindMask) | KeyEntry.Kind.bytes.rawValue | Format.raw
        blob.storeBytes(of: UInt32(count), toByteOffset: at, as: UInt32.self)
        blob.storeBytes(of: UInt32(room - at - Format.bytesHeaderSize), toByteOffset: at + 4, as: UInt32.self)
        entryBytes &+= HeapCost.of(room)
        return moved
    }

    /// Takes the entry out; whoever called frees it (`release`) or keeps what it holds.
    func remove(_ entry: KeyEntry) {
        forget(entry)
        if opened == entry.blob { opened = nil }
        index.remove(entry.blob, hash: entry.hash)
        if entry.isExpiring { removeExpiring(entry) }
    }

    // MARK: Expiry

    /// Sets or moves the moment at which the key goes. The entry moves where it had none.
    func setExpiry(_ entry: KeyEntry, _ expiry: Int64) -> KeyEntry {
        if entry.isExpiring {
            entry.storeExpiry(expiry)
            return entry
        }
        let moved = shift(entry, by: Format.expirySize)
        moved.storeExpiry(expiry)
        addExpiring(moved)
        return moved
    }

    func removeExpiry(_ entry: KeyEntry) -> KeyEntry {
        removeExpiring(entry)
        return shift(entry, by: -Format.expirySize)
    }

    /// Moves the value by the size of an expiry, into memory of its own.
    private func shift(_ entry: KeyEntry, by distance: Int) -> KeyEntry {
        let isOpened = opened == entry.blob
        entryBytes &-= HeapCost.of(entry.size)
        let head = Format.keyAt + entry.key.count
        let valueAt = entry.valueAt
        let valueSize = entry.size - valueAt
        // The room beyond a string's bytes stays with it.
        let room = HeapCost.usable(entry.size + distance)
        let blob = Self.allocate(room)
        memcpy(blob, entry.blob, head)
        memcpy(blob + valueAt + distance, entry.blob + valueAt, valueSize)
        let moved = KeyEntry(blob, hash: entry.hash)
        moved.meta = distance > 0 ? entry.meta | Format.expiring : entry.meta & ~Format.expiring
        if moved.kind == .bytes {
            let capacity = UInt32(room - moved.valueAt - Format.bytesHeaderSize)
            blob.storeBytes(of: capacity, toByteOffset: moved.valueAt + 4, as: UInt32.self)
        }
        entryBytes &+= HeapCost.of(moved.size)
        index.replace(entry.blob, by: blob, hash: entry.hash)
        if isOpened { opened = blob }
        free(entry.blob)
        return moved
    }

    private func addExpiring(_ entry: KeyEntry) {
        if expiringCount == expiringCapacity {
            let capacity = max(4, expiringCapacity + expiringCapacity / 2)
            let larger = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: capacity)
            larger.update(from: expiring, count: expiringCount)
            expiring.deallocate()
            expiring = larger
            expiringCapacity = capacity
        }
        expiring[expiringCount] = entry.blob
        entry.place = expiringCount
        expiringCount += 1
    }

    private func removeExpiring(_ entry: KeyEntry) {
        let place = entry.place
        expiringCount -= 1
        if place < expiringCount {
            expiring[place] = expiring[expiringCount]
            KeyEntry(expiring[place], hash: 0).place = place
        }
        guard expiringCapacity > 64, expiringCount < expiringCapacity / 4 else { return }
        let capacity = expiringCapacity / 2
        let smaller = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: capacity)
        smaller.update(from: expiring, count: expiringCount)
        expiring.deallocate()
        expiring = smaller
        expiringCapacity = capacity
    }
}
