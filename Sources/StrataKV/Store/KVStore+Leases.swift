import StrataBTree
import StrataDisk
import Synchronization

/// Leases answer as of what is applied, which may be ahead of what is acknowledged: whoever answers a client holds the answer
/// until `appliedIndex` is.
extension KVStore {
    /// Every lease, by id. Any thread.
    package func leases() -> [LeaseInfo] {
        leaseTable.withLock { Array($0.values) }.sorted { $0.id < $1.id }
    }

    package func hasLease(_ id: Int64) -> Bool { leaseTable.withLock { $0[id] != nil } }

    /// The time left is the whole TTL: deadlines are kept elsewhere. Any thread.
    package func timeToLive(_ request: LeaseTimeToLiveRequest) throws(StorageError) -> LeaseTimeToLiveResponse {
        let lease = leaseTable.withLock { $0[request.id] }
        guard let lease else {
            return LeaseTimeToLiveResponse(revision: visibleRevision, id: request.id, ttl: -1, grantedTTL: 0)
        }
        let keys = request.keys ? try attachedKeys(request.id) : []
        return LeaseTimeToLiveResponse(
            revision: visibleRevision, id: request.id, ttl: lease.ttl, grantedTTL: lease.ttl, keys: keys)
    }

    func grant(_ request: LeaseGrantRequest, index: UInt64, time: UInt64) -> KVReply {
        let ttl = max(request.ttl, LeaseGrantRequest.minimumTTL)
        let granted = leaseTable.withLock { leases -> LeaseInfo? in
            var id = request.id
            if id == 0 {
                id = Self.drawnID(index)
                while id == 0 || leases[id] != nil { id = id == .max ? 1 : id + 1 }
            }
            if leases[id] != nil { return nil }
            let lease = LeaseInfo(id: id, ttl: ttl, granted: time)
            leases[id] = lease
            return lease
        }
        guard let granted else { return .failure(.leaseExists) }
        tree.put(VersionFormat.leaseKey(granted.id).span.bytes, StoredState.encoded(granted).span.bytes)
        return .leaseGrant(LeaseGrantResponse(revision: writer.revision, id: granted.id, ttl: ttl))
    }

    /// An id that every replica draws alike and that is hard to confuse with another: SplitMix64 of the index, 63 bits.
    private static func drawnID(_ index: UInt64) -> Int64 {
        var random = SeededRandom(seed: index)
        return Int64(random.next() >> 1)
    }

    func revoke(_ request: LeaseRevokeRequest) throws(StorageError) -> KVReply {
        guard hasLease(request.id) else { return .failure(.leaseNotFound) }
        for key in try attachedKeys(request.id) { writer.delete(key.span.bytes, lease: request.id) }
        leaseTable.withLock { $0[request.id] = nil }
        tree.remove(VersionFormat.leaseKey(request.id).span.bytes)
        return .leaseRevoke(LeaseRevokeResponse(revision: writer.workingRevision))
    }

    /// In key order.
    private func attachedKeys(_ lease: Int64) throws(StorageError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        let prefix = VersionFormat.attachmentPrefix(lease)
        let cursor = tree.view().makeCursor()
        var isValid = try cursor.seek(prefix.span.bytes)
        while isValid {
            let key = cursor.withKey { key -> [UInt8]? in
                guard key.byteCount > prefix.count,
                    compareBytes(key.extracting(0..<prefix.count), prefix.span.bytes) == 0
                else { return nil }
                return key.copy(prefix.count..<key.byteCount)
            }
            guard let key else { break }
            keys.append(key)
            isValid = try cursor.next()
        }
        return keys
    }
}
