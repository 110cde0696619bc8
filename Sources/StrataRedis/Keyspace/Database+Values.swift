import StrataRESP

extension Database {
    // MARK: Strings

    /// The string under a key; nil: there is none.
    @inline(__always)
    package func string(at key: Bytes) throws(RedisError) -> KeyEntry? {
        guard let entry = read(key) else { return nil }
        guard entry.kind != .collection else { throw .wrongType }
        return entry
    }

    @inline(__always)
    package func string(toChange key: Bytes) throws(RedisError) -> KeyEntry? {
        guard let entry = write(key) else { return nil }
        guard entry.kind != .collection else { throw .wrongType }
        return entry
    }

    /// Stores a string, as a number where it is one in canonical form (encoding int). What was there goes, its type
    /// and, unless kept, its expiry with it.
    @inline(__always)
    package func setString(_ key: Bytes, _ value: Bytes, keepingExpiry: Bool = false) {
        _ = put(key, Self.encoded(value), keepingExpiry: keepingExpiry)
    }

    /// Stores bytes that never show as int or embstr: results of APPEND and its like.
    package func setRaw(_ key: Bytes, _ value: Bytes, keepingExpiry: Bool = false) {
        _ = put(key, .bytes(value, isRaw: true), keepingExpiry: keepingExpiry)
    }

    /// Stores a number, keeping the expiry: the result of INCR.
    @inline(__always)
    package func setInteger(_ key: Bytes, _ value: Int64, keepingExpiry: Bool = true) {
        _ = put(key, .integer(value), keepingExpiry: keepingExpiry)
    }

    /// Makes the string of an entry that `string(toChange:)` gave one of `count` bytes to be changed in place
    /// (`KeyEntry.mutableBytes`): cut, or filled up with zeros. Its encoding is raw from then on.
    package func resize(_ entry: KeyEntry, to count: Int, isGrowing: Bool = true) -> KeyEntry {
        table.resize(entry, to: count, isGrowing: isGrowing)
    }

    // MARK: Collections

    /// The collection of type `V` under a key, to be read; nil: there is none.
    @inline(__always)
    package func value<V: CollectionValue>(_: V.Type, at key: Bytes, _ lookup: Lookup = []) throws(RedisError) -> V? {
        guard let entry = read(key, lookup) else { return nil }
        return try Self.typed(entry)
    }

    /// The collection of type `V` under a key, to be changed; nil: there is none. Whoever empties it deletes the key.
    @inline(__always)
    package func value<V: CollectionValue>(_: V.Type, toChange key: Bytes) throws(RedisError) -> V? {
        guard let entry = write(key) else { return nil }
        return try Self.typed(entry)
    }

    /// The same, made where there is none. `make` is not called where the key holds something else.
    @inline(__always)
    package func value<V: CollectionValue>(
        _: V.Type, toChange key: Bytes, orMake make: () -> V
    ) throws(RedisError) -> V {
        if let entry = write(key) { return try Self.typed(entry) }
        let made = make()
        let entry = insert(key, hash: HashIndex.hash(key), .collection(made), expiry: nil)
        table.open(entry)
        return made
    }

    @inline(__always)
    private static func typed<V: CollectionValue>(_ entry: KeyEntry) throws(RedisError) -> V {
        // Value types are final: no cast has to walk their ancestors.
        guard let collection = entry.collection, Swift.type(of: collection) == V.self else { throw .wrongType }
        return unsafeDowncast(collection, to: V.self)
    }

    /// Stores a collection. What was there goes, its expiry with it.
    package func set(_ key: Bytes, _ value: CollectionValue, keepingExpiry: Bool = false) {
        let entry = put(key, .collection(value), keepingExpiry: keepingExpiry)
        table.open(entry)
    }

    // MARK: Any type

    /// What a key holds, on its own: for RENAME, MOVE, COPY, RESTORE and loading.
    package enum Taken {
        case integer(Int64)
        /// Stored as a number where they are one in canonical form.
        case bytes([UInt8])
        /// Bytes in encoding raw, however short.
        case raw([UInt8])
        case collection(CollectionValue)
    }

    /// The value of an entry: strings are copied, collections are the very object unless `isCopy`.
    package static func take(_ entry: KeyEntry, isCopy: Bool) -> Taken {
        if let number = entry.integer { return .integer(number) }
        if let collection = entry.collection { return .collection(isCopy ? collection.copy() : collection) }
        let bytes = entry.bytes?.copy() ?? []
        // What was changed in place once stays raw, moved or copied.
        return entry.encoding == .embstr ? .bytes(bytes) : .raw(bytes)
    }

    /// Adds a key that is not there, with everything that belongs to it. For loading too: nothing is told.
    ///
    /// - Parameters:
    ///   - idleSeconds: since the last access (LRU).
    ///   - frequency: the counter (LFU).
    package func add(
        _ key: Bytes, _ value: Taken, expiry: Int64? = nil, idleSeconds: Int64? = nil, frequency: UInt8? = nil
    ) {
        let hash = HashIndex.hash(key)
        precondition(table.find(key, hash: hash) == nil, "a key added that is there")
        let entry: KeyEntry
        switch value {
        case .integer(let number): entry = insert(key, hash: hash, .integer(number), expiry: expiry)
        case .collection(let collection): entry = insert(key, hash: hash, .collection(collection), expiry: expiry)
        case .bytes(let bytes):
            entry = bytes.withLent { insert(key, hash: hash, Self.encoded($0), expiry: expiry) }
        case .raw(let bytes):
            entry = bytes.withLent { insert(key, hash: hash, .bytes($0, isRaw: true), expiry: expiry) }
        }
        setUse(entry, idleSeconds: idleSeconds, frequency: frequency)
    }

    /// Adds a string that is not there, from lent bytes: the loader's short way.
    package func addString(
        _ key: Bytes, _ value: Bytes, expiry: Int64? = nil, idleSeconds: Int64? = nil, frequency: UInt8? = nil
    ) {
        let entry = insert(key, hash: HashIndex.hash(key), Self.encoded(value), expiry: expiry)
        setUse(entry, idleSeconds: idleSeconds, frequency: frequency)
    }

    /// As a number where it is one in canonical form.
    @inline(__always)
    private static func encoded(_ value: Bytes) -> KeyTable.Value {
        if value.count <= 20, let number = value.integer { return .integer(number) }
        return .bytes(value, isRaw: false)
    }

    private func setUse(_ entry: KeyEntry, idleSeconds: Int64?, frequency: UInt8?) {
        if keyspace.accessClock.isLFU {
            if let frequency { entry.clock = AccessClock.minutes(keyspace.now) << 8 | UInt32(frequency) }
        } else if let idleSeconds {
            entry.clock = AccessClock.seconds(keyspace.now - idleSeconds * 1000)
        }
    }

    // MARK: Use

    /// Seconds since the last access (OBJECT IDLETIME).
    package func idleSeconds(_ entry: KeyEntry) -> Int64 {
        AccessClock.idle(entry.clock, now: keyspace.now) / 1000
    }

    /// The LFU counter (OBJECT FREQ).
    package func frequency(_ entry: KeyEntry) -> Int {
        Int(keyspace.accessClock.counter(entry.clock, now: keyspace.now))
    }

    // MARK: Expiry

    /// Sets the moment at which the key of `entry` goes, milliseconds since 1970.
    @discardableResult
    package func setExpiry(_ entry: KeyEntry, _ expiry: Int64) -> KeyEntry {
        willChange(entry)
        return table.setExpiry(entry, expiry)
    }

    package func setExpiry(_ key: Bytes, _ expiry: Int64) {
        guard let entry = table.find(key, hash: HashIndex.hash(key)) else { return }
        setExpiry(entry, expiry)
    }

    /// Returns whether the key had an expiry.
    @discardableResult
    package func removeExpiry(_ entry: KeyEntry) -> Bool {
        guard entry.isExpiring else { return false }
        willChange(entry)
        _ = table.removeExpiry(entry)
        return true
    }

    /// Mean time that expiring keys still have, by active expiry's samples; milliseconds.
    package func averageTTL(now: Int64) -> Int64 { table.expiringCount == 0 ? 0 : averageTTLEstimate }
}
