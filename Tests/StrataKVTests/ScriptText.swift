import StrataKV

/// How the scripts of this target write keys, values and answers.
enum ScriptText {
    /// `""` is empty, `\0` a zero byte, `\xff` the byte FF, anything else itself.
    static func bytes(_ word: String) -> [UInt8] {
        if word == "\"\"" { return [] }
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            if escape == UInt8(ascii: "x"), rest.count >= 2 {
                bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest.removeFirst(2)
            } else {
                bytes.append(0)
            }
        }
        return bytes
    }

    static func text(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "\"\"" }
        if bytes.count > 40 { return "\(text(Array(bytes.prefix(8))))...\(bytes.count)B" }
        return bytes.map { byte in
            switch byte {
            case 0: "\\0"
            case 0x21..<0x7F: String(UnicodeScalar(byte))
            default: "\\x" + String(byte, radix: 16)
            }
        }.joined()
    }

    static func text(_ keyValue: KeyValue) -> String {
        "\(text(keyValue.key)) = \(text(keyValue.value)) (create \(keyValue.createRevision), mod \(keyValue.modRevision)"
            + ", version \(keyValue.version)\(keyValue.lease == 0 ? "" : ", lease \(keyValue.lease)"))"
    }

    static func text(_ response: RangeResponse) -> String {
        let lines = response.keyValues.map { text($0) }
        return (lines + ["revision \(response.revision), count \(response.count)\(response.more ? ", more" : "")"])
            .joined(separator: "\n")
    }

    static func text(_ response: PutResponse) -> String {
        "put at \(response.revision)" + (response.previous.map { ", before: \(text($0))" } ?? "")
    }

    static func text(_ response: DeleteRangeResponse) -> String {
        (["deleted \(response.deleted), revision \(response.revision)"]
            + response.previous.map { "before: \(text($0))" })
            .joined(separator: "\n")
    }

    static func text(_ response: TxnResponse, indent: String = "") -> String {
        var lines = ["\(response.succeeded ? "then" : "else"), revision \(response.revision)"]
        for operation in response.responses {
            let answer =
                switch operation {
                case .range(let response): text(response)
                case .put(let response): text(response)
                case .deleteRange(let response): text(response)
                case .txn(let response): text(response)
                }
            lines += answer.split(separator: "\n").map { "  " + $0 }
        }
        return lines.joined(separator: "\n")
    }

    static func text(_ error: KVError) -> String { "\(error.code) \(error.text)" }

    static func text(_ reply: KVReply) -> String {
        switch reply {
        case .put(let response): text(response)
        case .deleteRange(let response): text(response)
        case .range(let response): text(response)
        case .txn(let response): text(response)
        case .compaction(let response): "compacted, revision \(response.revision)"
        case .leaseGrant(let response): "lease \(response.id), \(response.ttl) s, revision \(response.revision)"
        case .leaseRevoke(let response): "revoked, revision \(response.revision)"
        case .failure(let error): text(error)
        }
    }

    static func text(_ event: Event) -> String {
        "\(event.keyValue.modRevision) \(event.kind) "
            + (event.kind == .put ? text(event.keyValue) : text(event.keyValue.key))
    }
}
