/// What the store answers to a command.
package enum KVReply: Hashable, Sendable {
    case put(PutResponse)
    case deleteRange(DeleteRangeResponse)
    case txn(TxnResponse)
    case compaction(CompactionResponse)
    case leaseGrant(LeaseGrantResponse)
    case leaseRevoke(LeaseRevokeResponse)
    case range(RangeResponse)
    /// The command changed nothing.
    case failure(KVError)
}
