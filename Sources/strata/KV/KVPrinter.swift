import StrataKV

/// One form of answers.
protocol KVPrinter {
    func put(_ response: PutResponse)
    func range(_ response: RangeResponse)
    func deleted(_ response: DeleteRangeResponse)
    func txn(_ response: TxnResponse)
    func watch(_ response: WatchResponse)
    func granted(_ response: LeaseGrantResponse)
    func revoked(_ id: Int64, _ response: LeaseRevokeResponse)
    func keptAlive(_ id: Int64, ttl: Int64, revision: Int64)
    func timeToLive(_ response: LeaseTimeToLiveResponse, showsKeys: Bool)
    func leases(_ leases: [LeaseInfo], revision: Int64)
    func compacted(_ revision: Int64, _ response: CompactionResponse)
    func hash(_ response: HashKVResponse)
}
