import StrataBTree
import StrataDisk

/// Writes the versions of one revision after the other, with their events and lease attachments. One thread at a time.
final class VersionWriter {
    private let tree: BufferedTree
    /// What the last `put` wrote, where a replay could write it without a look at the key's older versions: no lease had or got the key.
    @exclusivity(unchecked) private(set) var plainVersion: KeyVersion?
    /// The revision of the last ended change.
    @exclusivity(unchecked) private(set) var revision: Int64
    /// Changes of the revision under way, which is `revision` + 1 until it is ended.
    @exclusivity(unchecked) private(set) var changes: UInt32 = 0
    // Reused, so that a put takes nothing from the heap.
    private let versionKey = IOBuffer(capacity: 2048)
    private let eventKey = IOBuffer(capacity: 64)
    private let event = IOBuffer(capacity: 2048)
    private let record = IOBuffer(capacity: 4096)
    private let kept = IOBuffer(capacity: 64)

    init(_ tree: BufferedTree, revision: Int64) {
        self.tree = tree
        self.revision = revision
    }

    /// What reads see that belong to the revision under way: its own changes as soon as there are some.
    var workingRevision: Int64 { changes == 0 ? revision : revision + 1 }

    /// Ends the revision: what follows belongs to the next. Without changes there was none.
    @inline(__always)
    func endRevision() {
        if changes > 0 { revision += 1 }
        changes = 0
    }

    struct PutOptions {
        /// Puts the value that is there once more.
        var keepsValue = false
        var keepsLease = false
        var wantsPrevious = false

        var needsKey: Bool { keepsValue || keepsLease }
    }

    /// False, with nothing written: options keep what is not there. The lease is not checked here.
    @inline(__always)
    func put(
        _ key: RawSpan, _ value: RawSpan, lease: Int64, _ options: PutOptions, previous: inout KeyValue?
    ) throws(StorageError) -> Bool {
        setVersionKey(key)
        kept.removeAll()
        let old = try versionKey.withBytes { (seek) throws(StorageError) in
            try VersionReader.newest(toPut: seek, in: tree) { (version, oldValue) in
                if options.wantsPrevious { previous = KeyValue(key: key.copy(), version, value: oldValue.copy()) }
                if options.keepsValue { kept.append(oldValue) }
                return version
            }
        }
        if old == nil && options.needsKey { return false }
        let new = KeyVersion(
            createRevision: old?.createRevision ?? revision + 1, modRevision: revision + 1,
            version: (old?.version ?? 0) + 1, lease: options.keepsLease ? old?.lease ?? 0 : lease)
        record.removeAll()
        VersionRecord.append(new, to: record)
        if options.keepsValue { kept.withBytes { record.append($0) } } else { record.append(value) }
        write(key, .put)
        let oldLease = old?.lease ?? 0
        plainVersion = oldLease == 0 && new.lease == 0 ? new : nil
        if new.lease != oldLease {
            if oldLease != 0 { detach(key, from: oldLease) }
            if new.lease != 0 {
                tree.put(VersionFormat.attachmentKey(new.lease, key).span.bytes, [UInt8]().span.bytes)
            }
        }
        return true
    }

    /// Puts what `put` made once before, over the same state: without a look at the older versions.
    func putAgain(_ key: RawSpan, _ value: RawSpan, _ version: KeyVersion) {
        setVersionKey(key)
        record.removeAll()
        VersionRecord.append(version, to: record)
        record.append(value)
        write(key, .put)
    }

    /// Deletes a key that is there. `lease`: what it is attached to.
    func delete(_ key: RawSpan, lease: Int64) {
        setVersionKey(key)
        record.removeAll()
        VersionRecord.appendTombstone(to: record)
        write(key, .delete)
        if lease != 0 { detach(key, from: lease) }
    }

    private func detach(_ key: RawSpan, from lease: Int64) {
        tree.remove(VersionFormat.attachmentKey(lease, key).span.bytes)
    }

    @inline(__always)
    private func setVersionKey(_ key: RawSpan) {
        versionKey.removeAll()
        versionKey.appendInPlace(atMost: VersionFormat.versionKeyBound(key)) {
            VersionFormat.writeVersionKey(key, revision + 1, into: $0)
        }
    }

    /// Puts `record` under `versionKey`, and the event of it.
    @inline(__always)
    private func write(_ key: RawSpan, _ kind: Event.Kind) {
        versionKey.withBytes { key in record.withBytes { tree.put(key, $0) } }
        eventKey.removeAll()
        eventKey.append(littleEndian: VersionFormat.events)
        eventKey.append(littleEndian: UInt64(bitPattern: revision + 1).bigEndian)
        eventKey.append(littleEndian: changes.bigEndian)
        event.removeAll()
        event.append(littleEndian: kind.rawValue)
        event.append(key)
        eventKey.withBytes { key in event.withBytes { tree.put(key, $0) } }
        changes += 1
    }
}
