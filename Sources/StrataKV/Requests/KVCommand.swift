/// A request that goes through the log. A range or a read-only transaction may, for reads that are ordered with writes.
package enum KVCommand: Hashable, Sendable {
    case put(PutRequest)
    case deleteRange(DeleteRangeRequest)
    case txn(TxnRequest)
    case compaction(CompactionRequest)
    case leaseGrant(LeaseGrantRequest)
    case leaseRevoke(LeaseRevokeRequest)
    case range(RangeRequest)
}
