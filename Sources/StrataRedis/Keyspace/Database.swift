import StrataRESP

/// One of the numbered databases. Every change of a key goes through here, so that a running snapshot has its first
/// state before, and the sum of memory is right after.
///
/// Reads that return an entry or a collection lend it: it must not be changed, and is valid until the next change.
/// `...(toChange:)` and the methods that take an entry are for changes. Whoever changed a key says so afterwards, with
/// `Execution.changed` (`Keyspace.signalModified`).
package final class Database {
    package let index: Int
    // The keyspace owns its databases.
    unowned(unsafe) let keyspace: Keyspace
    @exclusivity(unchecked) var table = KeyTable()
    /// Of active expiry's last estimate, milliseconds.
    var averageTTLEstimate: Int64 = 0
    init(index: Int, keyspace: Keyspace) {
        self.index = index
        self.keyspace = keyspace
    }

    /// Keys, those past their time among them until they are found out.
    package var count: Int { table.count }
    /// Keys with an expiry.
    package var volatileCount: Int { table.expiringCount }
    package var memoryBytes: Int { table.memoryBytes }

    // MARK: Finding

    /// How a lookup counts as use of the key.
    package struct Lookup: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The time of last access stays as it was.
        package static let noTouch = Lookup(rawValue: 1)
        /// Neither hits nor misses are counted, no event goes out.
        package static let noStatistics = Lookup(rawValue: 2)
    }

    /// The key as reads see it: a key past its time is deleted and not found.
    @inline(__always)
    package func read(_ key: Bytes, _ lookup: Lookup = []) -> KeyEntry? {
        let hash = HashIndex.hash(key)
        guard let entry = table.find(key, hash: hash), !isGone(entry) else {
            if !lookup.contains(.noStatistics) { miss(key) }
            return nil
        }
        if !lookup.contains(.noStatistics) { keyspace.statistics.hits &+= 1 }
        if !lookup.contains(.noTouch) { touch(entry) }
        return entry
    }

    /// The key for a change of it, as it was before.
    @inline(__always)
    package func write(_ key: Bytes) -> KeyEntry? {
        let hash = HashIndex.hash(key)
        guard let entry = table.find(key, hash: hash), !isGone(entry) else { return nil }
        touch(entry)
        willChange(entry)
        return entry
    }

    /// Whether the key is there, be it past its time: for a look that changes nothing.
    package func holds(_ key: Bytes) -> Bool { table.find(key, hash: HashIndex.hash(key)) != nil }

    /// Whether the key is there, without counting as a use of it.
    package func contains(_ key: Bytes) -> Bool { read(key, [.noTouch, .noStatistics]) != nil }

    @inline(__always)
    private func touch(_ entry: KeyEntry) {
        entry.clock = keyspace.accessClock.touched(entry.clock, now: keyspace.now)
    }

    @inline(never)
    private func miss(_ key: Bytes) {
        keyspace.statistics.misses += 1
        keyspace.delegate?.keyspaceEvent(.keyMiss, "keymiss", key, in: index)
    }

    /// Past its time; deleted then, unless nothing may expire now.
    @inline(__always)
    private func isGone(_ entry: KeyEntry) -> Bool {
        guard entry.isExpired(now: keyspace.now), !keyspace.isExpiryPaused else { return false }
        expire(entry)
        return true
    }

    /// A key that is past its time and still here.
    package func isExpired(_ key: Bytes, now: Int64) -> Bool {
        table.find(key, hash: HashIndex.hash(key))?.isExpired(now: now) ?? false
    }

    /// Deletes a key past its time and tells so.
    @inline(never)
    func expire(_ entry: KeyEntry) {
        keyspace.statistics.expired += 1
        vanish(entry, .expired, "expired", isLazy: keyspace.freesExpiredInBackground)
    }

    /// Deletes a key that goes by itself.
    func vanish(_ entry: KeyEntry, _ kind: NotificationClass, _ event: StaticString, isLazy: Bool) {
        // The entry's bytes are free before all is told.
        entry.key.copy().withLent { key in
            delete(entry, isLazy: isLazy)
            keyspace.delegate?.keyVanished(key, in: index)
            keyspace.delegate?.keyspaceEvent(kind, event, key, in: index)
            keyspace.signalModified(self, key)
        }
    }

    // MARK: Changing

    /// Called before any change of an entry or of what it holds.
    @inline(__always)
    func willChange(_ entry: KeyEntry) {
        if let snapshot = keyspace.snapshot, table.snapshotSlot >= 0 { snapshot.willChange(entry, in: table) }
        if entry.kind == .collection { table.open(entry) }
    }

    /// Called before a key is added.
    @inline(__always)
    private func willInsert() {
        if let snapshot = keyspace.snapshot, table.snapshotSlot >= 0 { snapshot.hold() }
    }

    @inline(never)
    func insert(_ key: Bytes, hash: UInt64, _ value: KeyTable.Value, expiry: Int64?) -> KeyEntry {
        willInsert()
        let clock = keyspace.accessClock.initial(now: keyspace.now)
        let entry = table.insert(key, hash: hash, value, expiry: expiry, clock: clock)
        if let snapshot = keyspace.snapshot, table.snapshotSlot >= 0 { snapshot.didInsert(entry, in: table) }
        if keyspace.tellsNewKeys { keyspace.delegate?.keyspaceEvent(.new, "new", key, in: index) }
        return entry
    }

    /// Puts a value under a key, in the place of any that was there.
    @inline(__always)
    func put(_ key: Bytes, _ value: KeyTable.Value, keepingExpiry: Bool) -> KeyEntry {
        let hash = HashIndex.hash(key)
        guard let entry = table.find(key, hash: hash) else { return insert(key, hash: hash, value, expiry: nil) }
        if entry.isExpired(now: keyspace.now), !keyspace.isExpiryPaused {
            expire(entry)
            return insert(key, hash: hash, value, expiry: nil)
        }
        willChange(entry)
        touch(entry)
        return table.overwrite(entry, value, keepingExpiry: keepingExpiry)
    }

    // MARK: Deleting

    /// Takes a key away, if it is there.
    ///
    /// - Parameter isLazy: memory of large collections is freed by another thread.
    @discardableResult
    package func delete(_ key: Bytes, isLazy: Bool = false) -> Bool {
        let hash = HashIndex.hash(key)
        guard let entry = table.find(key, hash: hash) else { return false }
        if entry.isExpired(now: keyspace.now), !keyspace.isExpiryPaused {
            expire(entry)
            return false
        }
        delete(entry, isLazy: isLazy)
        return true
    }

    package func delete(_ entry: KeyEntry, isLazy: Bool = false) {
        willChange(entry)
        table.remove(entry)
        // Below this the hand-over costs more than it saves (Redis 7.0 draws the same line: lazyfree.c).
        if isLazy, let collection = entry.collection, collection.count > 64 {
            keyspace.lazyFree.free(entry.blob)
        } else {
            KeyTable.release(entry.blob)
        }
    }

    /// Takes all keys away. Returns how many there were.
    @discardableResult
    package func removeAll(isLazy: Bool = false) -> Int {
        let count = table.count
        let old = table
        table = KeyTable()
        averageTTLEstimate = 0
        if isLazy { keyspace.lazyFree.free(old) }
        return count
    }

    // MARK: Walking

    /// Some `count` keys from the cursor on (`HashIndex.scan`). Keys past their time are among them.
    /// `body` changes nothing.
    package func scan(cursor: UInt64, count: Int, _ body: (KeyEntry) -> Void) -> UInt64 {
        table.index.scan(cursor: cursor, count: count) { body(KeyEntry($0, hash: 0)) }
    }

    /// Every key until `body` answers false. It changes nothing.
    package func forEach(_ body: (KeyEntry) -> Bool) { table.index.forEach { body(KeyEntry($0, hash: 0)) } }

    /// A key, each as likely as every other; none past its time, unless nearly all are.
    package func randomEntry() -> KeyEntry? {
        for _ in 0..<100 {
            guard let blob = table.index.randomBlob(&keyspace.random) else { return nil }
            let entry = KeyEntry(blob)
            if keyspace.isExpiryPaused || !entry.isExpired(now: keyspace.now) { return entry }
            expire(entry)
        }
        return nil
    }
}
