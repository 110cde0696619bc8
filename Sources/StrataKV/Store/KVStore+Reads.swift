import StrataBTree
import StrataDisk
import Synchronization

/// Reads, from any thread: they throw `KVError` where the request is wrong, `StorageError` where the disk is, and see no change
/// that is not acknowledged.
extension KVStore {
    package func range(_ request: RangeRequest) throws -> RangeResponse {
        try request.validate()
        let (reader, newest) = try reader(at: request.revision)
        return try reader.range(request, current: newest)
    }

    /// Lends version and value of `key` as of `revision`, 0 for the newest; nil where there is no such key. Copies nothing.
    @inline(__always)
    package func get<R>(
        _ key: RawSpan, at revision: Int64 = 0, _ body: (KeyVersion, _ value: RawSpan) throws -> R
    ) throws -> R? {
        let (reader, newest) = try reader(at: revision)
        let found = try reader.get(key, at: revision > 0 ? revision : newest) {
            (version, value) -> Result<R, any Error> in
            do { return .success(try body(version, value)) } catch { return .failure(error) }
        }
        return try found?.get()
    }

    /// Lends each key of `range` as of `revision`, 0 for the newest, in key order, until `body` returns false. Copies nothing
    /// but keys with zeros in them. What is committed while it runs takes memory until it ends.
    package func scan(
        _ range: KeyRange, at revision: Int64 = 0,
        _ body: (_ key: RawSpan, KeyVersion, _ value: RawSpan) throws -> Bool
    ) throws {
        let (reader, newest) = try reader(at: revision)
        var failure: (any Error)?
        try reader.scan(range, at: revision > 0 ? revision : newest) { (escaped, version, value) in
            do {
                if VersionFormat.hasEscapes(escaped) {
                    return try body(VersionFormat.unescape(escaped).span.bytes, version, value)
                }
                return try body(escaped, version, value)
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
    }

    /// How many keys `range` holds as of `revision`, 0 for the newest.
    package func count(_ range: KeyRange, at revision: Int64 = 0) throws -> Int64 {
        let (reader, newest) = try reader(at: revision)
        return try reader.count(range, at: revision > 0 ? revision : newest)
    }

    /// A transaction that changes nothing, whichever way it goes (`TxnRequest.isReadOnly`).
    package func txn(readOnly request: TxnRequest) throws -> TxnResponse {
        precondition(request.isReadOnly, "a transaction that may write goes through the log")
        try request.validate(maximumKeySize: maximumKeySize)
        let (reader, newest) = try reader(at: 0)
        return try txn(readOnly: request, reader, at: newest).get()
    }

    /// A view in which everything up to the newest visible revision can be read at `revision`; 0 or less: at the newest.
    @inline(__always)
    func reader(at revision: Int64) throws(KVError) -> (VersionReader, newest: Int64) {
        while true {
            let newest = visibleRevision
            // After the revision, so that the view holds it; before the floor, so that what it holds is not yet removed.
            let reader = VersionReader(view: tree.view())
            if let error = refusal(of: revision, newest: newest) { throw error }
            // Removal never overtakes what is visible, so that the next turn reads a newer revision.
            if revision > 0 || newest >= removalFloor.load(ordering: .acquiring) { return (reader, newest) }
        }
    }
}
