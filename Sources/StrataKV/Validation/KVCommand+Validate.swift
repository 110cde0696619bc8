extension KVCommand {
    /// What etcd checks before a command is ordered, and the store once more when it is applied. `maximumKeySize`: bytes of a
    /// key once its zeros are escaped.
    package func validate(maximumKeySize limit: Int) throws(KVError) {
        switch self {
        case .put(let request): try request.validate(maximumKeySize: limit)
        case .deleteRange(let request): try request.validate()
        case .range(let request): try request.validate()
        case .txn(let request): try request.validate(maximumKeySize: limit)
        case .leaseGrant(let request):
            guard request.ttl <= LeaseGrantRequest.maximumTTL else { throw .leaseTTLTooLarge }
        case .compaction, .leaseRevoke: break
        }
    }
}

extension PutRequest {
    package func validate(maximumKeySize limit: Int) throws(KVError) {
        guard !key.isEmpty else { throw .emptyKey }
        guard !ignoreValue || value.isEmpty else { throw .valueProvided }
        guard !ignoreLease || lease == 0 else { throw .leaseProvided }
        guard VersionFormat.escapedSize(key.span.bytes) <= limit else { throw .keyTooLong(limit: limit) }
    }
}

extension DeleteRangeRequest {
    package func validate() throws(KVError) {
        guard !key.isEmpty else { throw .emptyKey }
    }
}

extension RangeRequest {
    package func validate() throws(KVError) {
        guard !key.isEmpty else { throw .emptyKey }
    }
}
