import StrataDisk
import StrataKV
import StrataReplica

/// Leases. Grants and revokes are commands; deadlines are kept in memory, and every lease has its full time again after a start, as
/// in etcd.
extension KVEngine {
    package func leaseGrant(_ request: LeaseGrantRequest) throws -> LeaseGrantResponse {
        guard case .leaseGrant(let response) = try execute(.leaseGrant(request)) else {
            preconditionFailure("no answer to a grant")
        }
        return response
    }

    /// Ends a lease and deletes its keys in one revision.
    package func leaseRevoke(_ request: LeaseRevokeRequest) throws -> LeaseRevokeResponse {
        guard case .leaseRevoke(let response) = try execute(.leaseRevoke(request)) else {
            preconditionFailure("no answer to a revoke")
        }
        return response
    }

    /// Gives a lease its full time again, in seconds; 0 where there is no such lease any more.
    package func leaseKeepAlive(_ id: Int64) -> Int64 { lessor.renew(id) ?? 0 }

    package func leaseTimeToLive(_ request: LeaseTimeToLiveRequest) throws -> LeaseTimeToLiveResponse {
        var response = try store.timeToLive(request)
        if response.ttl >= 0, let remaining = lessor.remaining(request.id)?.remaining { response.ttl = remaining }
        return response
    }

    /// By id.
    package func leases() -> [LeaseInfo] { store.leases() }

    /// Revokes what has expired. One that fails is asked for again later; a failure of the log is told to whoever writes.
    static func revokeExpired(_ core: StoreCore<KVMachine>, _ lessor: Lessor) {
        for id in lessor.expired() {
            let buffer = IOBuffer(capacity: 64)
            CommandFormat.encode(.leaseRevoke(LeaseRevokeRequest(id: id)), into: buffer)
            let reply = try? buffer.withBytes { (bytes) throws(StorageError) in try core.local.execute(bytes) }
            switch reply {
            case .leaseRevoke, .failure(.leaseNotFound): lessor.revoke(id)
            default: break
            }
        }
    }
}
