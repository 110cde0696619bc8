import StrataKV

/// etcdctl's `json`: etcd's messages, fields that are zero left out, keys and values in base64.
struct JSONPrinter: KVPrinter {
    let output: ByteOutput

    func put(_ response: PutResponse) { write(Self.put(response)) }
    func range(_ response: RangeResponse) { write(Self.range(response)) }
    func deleted(_ response: DeleteRangeResponse) { write(Self.deleted(response)) }
    func txn(_ response: TxnResponse) { write(Self.txn(response)) }

    func watch(_ response: WatchResponse) {
        let events = response.events.map { event -> JSONText in
            var members: [(String, JSONText)] = []
            if event.kind == .delete { members.append(("type", .number(1))) }
            members.append(("kv", Self.keyValue(event.keyValue)))
            if let previous = event.previous { members.append(("prev_kv", Self.keyValue(previous))) }
            return .object(members)
        }
        write([
            ("Header", Self.header(response.revision)), ("Events", .array(events)),
            ("CompactRevision", .number(response.compactRevision)), ("Canceled", .flag(response.isCanceled)),
            ("Created", .flag(response.isCreated)),
        ])
    }

    func granted(_ response: LeaseGrantResponse) {
        write([
            ("revision", .number(response.revision)), ("ID", .number(response.id)), ("TTL", .number(response.ttl)),
            ("Error", .text("")),
        ])
    }

    func revoked(_ id: Int64, _ response: LeaseRevokeResponse) { write([("header", Self.header(response.revision))]) }

    func keptAlive(_ id: Int64, ttl: Int64, revision: Int64) {
        write([("revision", .number(revision)), ("ID", .number(id)), ("TTL", .number(ttl))])
    }

    func timeToLive(_ response: LeaseTimeToLiveResponse, showsKeys: Bool) {
        var members: [(String, JSONText)] = [
            ("revision", .number(response.revision)), ("id", .number(response.id)), ("ttl", .number(response.ttl)),
            ("granted-ttl", .number(response.grantedTTL)),
        ]
        if showsKeys { members.append(("keys", .array(response.keys.map { .bytes($0) }))) }
        write(members)
    }

    func leases(_ leases: [LeaseInfo], revision: Int64) {
        write([
            ("revision", .number(revision)),
            ("leases", .array(leases.map { .object([("id", .number($0.id))]) })),
        ])
    }

    func compacted(_ revision: Int64, _ response: CompactionResponse) {
        write([("header", Self.header(response.revision))])
    }

    func hash(_ response: HashKVResponse) {
        write([
            ("header", Self.header(response.revision)), ("hash", .unsigned(UInt64(response.hash))),
            ("compact_revision", .number(response.compactRevision)),
        ])
    }

    // MARK: Messages

    private static func header(_ revision: Int64) -> JSONText { .object(nonzero([("revision", revision)])) }

    private static func nonzero(_ members: [(String, Int64)]) -> [(String, JSONText)] {
        members.filter { $0.1 != 0 }.map { ($0.0, .number($0.1)) }
    }

    private static func keyValue(_ found: KeyValue) -> JSONText {
        var members: [(String, JSONText)] = [("key", .bytes(found.key))]
        members += nonzero([
            ("create_revision", found.createRevision), ("mod_revision", found.modRevision), ("version", found.version),
        ])
        if !found.value.isEmpty { members.append(("value", .bytes(found.value))) }
        return .object(members + nonzero([("lease", found.lease)]))
    }

    private static func put(_ response: PutResponse) -> [(String, JSONText)] {
        var members = [("header", header(response.revision))]
        if let previous = response.previous { members.append(("prev_kv", keyValue(previous))) }
        return members
    }

    private static func range(_ response: RangeResponse) -> [(String, JSONText)] {
        var members = [("header", header(response.revision))]
        if !response.keyValues.isEmpty { members.append(("kvs", .array(response.keyValues.map(keyValue)))) }
        if response.more { members.append(("more", .flag(true))) }
        return members + nonzero([("count", response.count)])
    }

    private static func deleted(_ response: DeleteRangeResponse) -> [(String, JSONText)] {
        var members = [("header", header(response.revision))] + nonzero([("deleted", response.deleted)])
        if !response.previous.isEmpty { members.append(("prev_kvs", .array(response.previous.map(keyValue)))) }
        return members
    }

    private static func txn(_ response: TxnResponse) -> [(String, JSONText)] {
        var members = [("header", header(response.revision))]
        if response.succeeded { members.append(("succeeded", .flag(true))) }
        let responses = response.responses.map { answer -> JSONText in
            let message: (String, JSONText) =
                switch answer {
                case .put(let response): ("response_put", .object(put(response)))
                case .range(let response): ("response_range", .object(range(response)))
                case .deleteRange(let response): ("response_delete_range", .object(deleted(response)))
                case .txn(let response): ("response_txn", .object(txn(response)))
                }
            return .object([("Response", .object([message]))])
        }
        if !responses.isEmpty { members.append(("responses", .array(responses))) }
        return members
    }

    private func write(_ members: [(String, JSONText)]) { output.write(JSONText.object(members).line) }
}
