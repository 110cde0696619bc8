import StrataBTree
import StrataDisk
import Synchronization

extension KVStore {
    /// Walks everything and compares the spaces with each other: versions of a key make one chain, every change has its event
    /// and every event its change, attachments are those of the newest versions, and nothing compacted is left where removal
    /// is done. Exact while nothing is applied beside it. Throws where the disk fails or an entry cannot be read at all.
    package func check() throws(StorageError) -> KVCheck {
        var walk = CheckWalk(
            view: tree.view(), revision: visibleRevision, compacted: compactedRevision,
            isCompacting: compactionPending)
        try walk.checkSpaces()
        try walk.checkVersions()
        try walk.checkEvents()
        try walk.checkLeases(leaseTable.withLock { $0 })
        return walk.found
    }
}

private struct CheckWalk {
    let view: TreeView
    let revision: Int64
    let compacted: Int64
    let isCompacting: Bool
    var found = KVCheck()
    /// Versions and attachments that the other spaces must have too.
    private var changesAfterCompaction = 0
    private var leasedKeys = 0

    init(view: TreeView, revision: Int64, compacted: Int64, isCompacting: Bool) {
        self.view = view
        self.revision = revision
        self.compacted = compacted
        self.isCompacting = isCompacting
    }

    mutating func checkSpaces() throws(StorageError) {
        let known = [
            VersionFormat.attachments, VersionFormat.leases, VersionFormat.meta, VersionFormat.events,
            VersionFormat.versions,
        ]
        let cursor = view.makeCursor()
        var isValid = try cursor.seekFirst()
        while isValid {
            let space = cursor.withKey { $0.byteCount == 0 ? 0 : $0.unsafeLoad(as: UInt8.self) }
            if !known.contains(space) { found.note("an entry of unknown space \(space)") }
            if space == .max { break }
            isValid = try cursor.seek([space + 1].span.bytes)
        }
    }

    mutating func checkVersions() throws(StorageError) {
        // The version of the same key that was seen before: the next newer one.
        var newer: (revision: Int64, version: KeyVersion?)?
        var hasStanding = false
        var name: [UInt8] = []
        try VersionGroups(view: view).forEach { (key, record, isFirst) throws(StorageError) in
            let at = VersionFormat.revision(ofVersionKey: key)
            if at > revision { return true }
            if isFirst || newer == nil {
                closeChain(newer, name)
                newer = nil
                hasStanding = false
                found.keys += 1
                name = VersionFormat.unescape(key.extracting(VersionFormat.escapedKey(in: key)))
            }
            found.versions += 1
            if at > compacted { changesAfterCompaction += 1 }
            var version: KeyVersion?
            if case .put(let put, _) = try VersionRecord.decode(record, revision: at) { version = put }
            if at < 2 { found.note("\(show(name)) has revision \(at), before the first write") }
            if newer == nil, let lease = version?.lease, lease != 0 { leasedKeys += 1 }
            if let newer { checkLink(older: version, at, newer, name) }
            if at <= compacted, !isCompacting {
                if hasStanding || version == nil {
                    found.note("\(show(name)) at \(at) outlived the compaction at \(compacted)")
                }
                hasStanding = true
            }
            newer = (at, version)
            return true
        }
        closeChain(newer, name)
    }

    private mutating func checkLink(
        older: KeyVersion?, _ at: Int64, _ newer: (revision: Int64, version: KeyVersion?), _ name: [UInt8]
    ) {
        let place = "\(show(name)) at \(newer.revision)"
        switch (newer.version, older) {
        case (nil, nil): found.note("\(place) deletes what is deleted at \(at)")
        case (nil, _): break
        case (let version?, nil):
            if version.version != 1 { found.note("\(place) has version \(version.version) after a delete") }
        case (let version?, let older?):
            if version.version != older.version + 1 || version.createRevision != older.createRevision {
                found.note("\(place) does not follow version \(older.version) of \(at)")
            }
        }
    }

    /// `oldest`: of a key, the last that was seen. What it follows must be compacted away.
    private mutating func closeChain(_ oldest: (revision: Int64, version: KeyVersion?)?, _ name: [UInt8]) {
        guard let oldest, oldest.revision > compacted else { return }
        if let version = oldest.version, version.version == 1 {
            if version.createRevision != version.modRevision {
                found.note("\(show(name)) was not created at its first version")
            }
            return
        }
        found.note("\(show(name)) at \(oldest.revision) follows a version that is not there")
    }

    mutating func checkEvents() throws(StorageError) {
        let cursor = view.makeCursor()
        var last: (revision: Int64, sub: UInt32) = (0, 0)
        var keys: Set<[UInt8]> = []
        var afterCompaction = 0
        var isValid = try cursor.seek([VersionFormat.events].span.bytes)
        while isValid {
            guard let place = cursor.withKey({ VersionFormat.place(ofEventKey: $0) }) else { break }
            if place.revision > revision { break }
            let (kind, key) = try cursor.withValue { (value) throws(StorageError) in
                try VersionFormat.event(value, at: place.revision)
            }
            found.events += 1
            let name = "event \(place.sub) of revision \(place.revision)"
            // A checkpoint that began while a revision's events were queued for removal takes the first of them alone.
            let isGoing = isCompacting && place.revision < compacted
            if place.sub != (place.revision == last.revision ? last.sub + 1 : 0), !isGoing {
                found.note("\(name) follows \(last)")
            }
            if place.revision != last.revision { keys.removeAll(keepingCapacity: true) }
            if !keys.insert(key).inserted { found.note("\(name) changes \(show(key)) once more") }
            if place.revision > compacted {
                afterCompaction += 1
                // Every revision after the compacted one changed something.
                if place.revision > max(last.revision, compacted, 1) + 1 { found.note("no event before \(name)") }
                let standing = try stored(key, place.revision)
                if standing != kind { found.note("\(name) is not what \(show(key)) says") }
            } else if place.revision < compacted, !isCompacting {
                found.note("\(name) outlived the compaction at \(compacted)")
            }
            last = place
            isValid = try cursor.next()
        }
        if last.revision < revision, revision > max(compacted, 1) { found.note("no event of revision \(revision)") }
        if afterCompaction != changesAfterCompaction {
            found.note("\(changesAfterCompaction) changes and \(afterCompaction) events after the compacted revision")
        }
    }

    /// The change that made the version of `key` at exactly `revision`.
    private func stored(_ key: [UInt8], _ revision: Int64) throws(StorageError) -> Event.Kind? {
        try VersionFormat.withVersionKey(key.span.bytes, revision) { (seek) throws(StorageError) in
            try view.get(seek) { (record) throws(StorageError) in
                if case .tombstone = try VersionRecord.decode(record, revision: revision) { return Event.Kind.delete }
                return .put
            }
        }
    }

    mutating func checkLeases(_ table: [Int64: LeaseInfo]) throws(StorageError) {
        var stored: [Int64: LeaseInfo] = [:]
        try StoredState.forEachLease(view) { stored[$0.id] = $0 }
        found.leases = stored.count
        if stored != table { found.note("\(table.count) leases in memory are not the \(stored.count) stored") }
        let reader = VersionReader(view: view)
        let cursor = view.makeCursor()
        var isValid = try cursor.seek([VersionFormat.attachments].span.bytes)
        while isValid {
            let attachment = cursor.withKey { key -> (lease: Int64, key: [UInt8])? in
                guard key.byteCount > VersionFormat.leaseKeySize,
                    key.unsafeLoad(as: UInt8.self) == VersionFormat.attachments
                else { return nil }
                return (
                    Int64(bigEndian: key.unsafeLoadUnaligned(fromByteOffset: 1, as: Int64.self)),
                    key.copy(VersionFormat.leaseKeySize..<key.byteCount)
                )
            }
            guard let (lease, key) = attachment else { break }
            found.attachments += 1
            if stored[lease] == nil { found.note("\(show(key)) is attached to lease \(lease), which is not there") }
            let actual = try reader.get(key.span.bytes, at: revision) { (version, _) in version.lease }
            if actual != lease { found.note("\(show(key)) is attached to lease \(lease) and not of it") }
            isValid = try cursor.next()
        }
        if leasedKeys != found.attachments {
            found.note("\(leasedKeys) keys of leases and \(found.attachments) attachments")
        }
    }

    private func show(_ key: [UInt8]) -> String { "\"\(String(decoding: key.prefix(64), as: UTF8.self))\"" }
}
