import StrataKV

/// etcdctl's `simple`: keys and values on lines of their own, as they are.
struct SimplePrinter: KVPrinter {
    let output: ByteOutput
    let isHex: Bool
    /// Key-values without their keys.
    let valuesOnly: Bool

    func put(_ response: PutResponse) {
        output.line("OK")
        if let previous = response.previous { keyValue(previous) }
    }

    func range(_ response: RangeResponse) {
        for found in response.keyValues { keyValue(found) }
    }

    func deleted(_ response: DeleteRangeResponse) {
        output.line("\(response.deleted)")
        for previous in response.previous { keyValue(previous) }
    }

    func txn(_ response: TxnResponse) {
        output.line(response.succeeded ? "SUCCESS" : "FAILURE")
        for answer in response.responses {
            output.line()
            switch answer {
            case .put(let response): put(response)
            case .range(let response): range(response)
            case .deleteRange(let response): deleted(response)
            case .txn(let response): txn(response)
            }
        }
    }

    func watch(_ response: WatchResponse) {
        for event in response.events {
            output.line(event.kind == .put ? "PUT" : "DELETE")
            if let previous = event.previous { keyValue(previous) }
            keyValue(event.keyValue)
        }
    }

    func granted(_ response: LeaseGrantResponse) {
        output.line("lease \(LeaseWord.text(response.id)) granted with TTL(\(response.ttl)s)")
    }

    func revoked(_ id: Int64, _ response: LeaseRevokeResponse) { output.line("lease \(LeaseWord.text(id)) revoked") }

    func keptAlive(_ id: Int64, ttl: Int64, revision: Int64) {
        output.line("lease \(LeaseWord.text(id)) keepalived with TTL(\(ttl))")
    }

    func timeToLive(_ response: LeaseTimeToLiveResponse, showsKeys: Bool) {
        let lease = "lease \(LeaseWord.text(response.id))"
        guard response.ttl >= 0 else { return output.line("\(lease) already expired") }
        output.write("\(lease) granted with TTL(\(response.grantedTTL)s), remaining(\(response.ttl)s)")
        if showsKeys {
            output.write(", attached keys([")
            for (index, key) in response.keys.enumerated() {
                if index > 0 { output.write(" ") }
                bytes(key)
            }
            output.write("])")
        }
        output.line()
    }

    func leases(_ leases: [LeaseInfo], revision: Int64) {
        output.line("found \(leases.count) leases")
        for lease in leases { output.line(LeaseWord.text(lease.id)) }
    }

    func compacted(_ revision: Int64, _ response: CompactionResponse) { output.line("compacted revision \(revision)") }

    func hash(_ response: HashKVResponse) {
        output.line("\(response.hash), revision \(response.revision), compacted \(response.compactRevision)")
    }

    private func keyValue(_ found: KeyValue) {
        if !valuesOnly {
            bytes(found.key)
            output.line()
        }
        bytes(found.value)
        output.line()
    }

    /// A key-value whose bytes are lent.
    func keyValue(_ key: RawSpan, _ value: RawSpan?) {
        if !valuesOnly {
            bytes(key)
            output.line()
        }
        if let value { bytes(value) }
        output.line()
    }

    private func bytes(_ bytes: [UInt8]) { self.bytes(bytes.span.bytes) }

    private func bytes(_ bytes: RawSpan) {
        guard isHex else { return output.write(bytes) }
        bytes.withUnsafeBytes { bytes in
            for byte in bytes { output.write(QuotedBytes.hex(byte)) }
        }
    }
}
