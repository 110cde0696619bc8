import StrataKV

/// etcdctl's `fields`: `"Name" : value`, a line each, with byte strings in quotes. A store of one node has no cluster, member or
/// term to tell.
struct FieldsPrinter: KVPrinter {
    let output: ByteOutput
    let isHex: Bool

    func put(_ response: PutResponse) {
        field("Revision", response.revision)
        if let previous = response.previous { keyValue(previous, "Prev") }
    }

    func range(_ response: RangeResponse) {
        field("Revision", response.revision)
        for found in response.keyValues { keyValue(found) }
        field("More", response.more)
        field("Count", response.count)
    }

    func deleted(_ response: DeleteRangeResponse) {
        field("Revision", response.revision)
        field("Deleted", response.deleted)
        for previous in response.previous { keyValue(previous, "Prev") }
    }

    func txn(_ response: TxnResponse) {
        field("Revision", response.revision)
        field("Succeeded", response.succeeded)
        for answer in response.responses {
            switch answer {
            case .put(let response): put(response)
            case .range(let response): range(response)
            case .deleteRange(let response): deleted(response)
            case .txn(let response): txn(response)
            }
        }
    }

    func watch(_ response: WatchResponse) {
        field("Revision", response.revision)
        for event in response.events {
            field("Type", event.kind == .put ? "PUT" : "DELETE")
            if let previous = event.previous { keyValue(previous, "Prev") }
            keyValue(event.keyValue)
        }
    }

    func granted(_ response: LeaseGrantResponse) {
        field("Revision", response.revision)
        field("ID", response.id)
        field("TTL", response.ttl)
    }

    func revoked(_ id: Int64, _ response: LeaseRevokeResponse) { field("Revision", response.revision) }

    func keptAlive(_ id: Int64, ttl: Int64, revision: Int64) {
        field("Revision", revision)
        field("ID", id)
        field("TTL", ttl)
    }

    func timeToLive(_ response: LeaseTimeToLiveResponse, showsKeys: Bool) {
        field("Revision", response.revision)
        field("ID", response.id)
        field("TTL", response.ttl)
        field("GrantedTTL", response.grantedTTL)
        for key in response.keys { field("Key", QuotedBytes.text(key, isHex: isHex)) }
    }

    func leases(_ leases: [LeaseInfo], revision: Int64) {
        field("Revision", revision)
        for lease in leases { field("ID", lease.id) }
    }

    func compacted(_ revision: Int64, _ response: CompactionResponse) { field("Revision", response.revision) }

    func hash(_ response: HashKVResponse) {
        field("Revision", response.revision)
        field("Hash", response.hash)
        field("CompactRevision", response.compactRevision)
    }

    private func keyValue(_ found: KeyValue, _ prefix: String = "") {
        field(prefix + "Key", QuotedBytes.text(found.key, isHex: isHex))
        field(prefix + "CreateRevision", found.createRevision)
        field(prefix + "ModRevision", found.modRevision)
        field(prefix + "Version", found.version)
        field(prefix + "Value", QuotedBytes.text(found.value, isHex: isHex))
        field(prefix + "Lease", found.lease)
    }

    private func field(_ name: String, _ value: some CustomStringConvertible) { output.line("\"\(name)\" : \(value)") }
}

/// Bytes as text in quotes, as Go's `%q` has them.
enum QuotedBytes {
    static func text(_ bytes: [UInt8], isHex: Bool) -> String {
        let shown = isHex ? bytes.map(hex).joined() : EscapedText.escape(bytes.span.bytes, limit: .max, quote: true)
        return "\"\(shown)\""
    }

    /// "\x61".
    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count < 2 ? "0" : "") + digits
    }
}
