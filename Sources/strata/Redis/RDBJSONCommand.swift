import ArgumentParser
import Foundation
import StrataRedis

/// `strata rdb json FILE`.
struct RDBJSONCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "json",
        abstract: "Write a dump's keys as JSON, one document per line.",
        discussion: """
            Text that is valid UTF-8 is a string; other bytes are {"base64": "..."}. Scores are numbers, infinite ones "inf" and "-inf".

            Exit status: 0 whole, 1 damaged (what came before is written), 2 wrong usage or not readable.

            Example:
              strata rdb json dump.rdb | jq -r 'select(.type == "zset") | .key'
            """)

    @OptionGroup var selection: RDBSelection
    @OptionGroup var place: RDBPlace

    func run() throws {
        var buffered: [UInt8] = []
        func flush() {
            FileHandle.standardOutput.write(Data(buffered))
            buffered.removeAll(keepingCapacity: true)
        }
        defer { flush() }
        try place.read(
            into: RDBRecordCollector { record in
                guard selection.contains(record) else { return }
                RDBJSON.append(record, to: &buffered)
                if buffered.count > 1 << 16 { flush() }
            })
    }
}

/// Records as JSON, without the detour over Foundation's objects: a dump has millions of keys.
enum RDBJSON {
    static func append(_ record: RDBRecord, to out: inout [UInt8]) {
        text("{\"db\":\(record.database),\"key\":", &out)
        string(record.key, &out)
        text(",\"type\":\"\(record.type.valueType.map { "\($0.name)" } ?? "module")\"", &out)
        if let expiry = record.expiry { text(",\"expiry_ms\":\(expiry)", &out) }
        if let idle = record.idleSeconds { text(",\"idle_s\":\(idle)", &out) }
        if let frequency = record.frequency { text(",\"frequency\":\(frequency)", &out) }
        text(",\"value\":", &out)
        value(record.content, &out)
        text("}\n", &out)
    }

    private static func value(_ content: RDBRecord.Content, _ out: inout [UInt8]) {
        switch content {
        case .string(let bytes): string(bytes, &out)
        case .module(let name): text("{\"module\":\"\(name)\"}", &out)
        case .list(let elements), .set(let elements): list(elements, &out) { string($0, &$1) }
        case .sortedSet(let members):
            list(members, &out) { member, out in
                text("{\"member\":", &out)
                string(member.member, &out)
                text(",\"score\":\(member.score.isInfinite ? "\"\(member.score)\"" : "\(member.score)")}", &out)
            }
        case .hash(let fields):
            list(fields, &out) { field, out in
                text("{\"field\":", &out)
                string(field.field, &out)
                text(",\"value\":", &out)
                string(field.value, &out)
                if let expiry = field.expiry { text(",\"expiry_ms\":\(expiry)", &out) }
                text("}", &out)
            }
        case .stream(let stream): self.stream(stream, &out)
        }
    }

    private static func stream(_ stream: RDBRecord.Stream, _ out: inout [UInt8]) {
        text("{\"entries\":", &out)
        list(stream.entries, &out) { entry, out in
            text("{\"id\":\"\(entry.id.text)\",\"fields\":", &out)
            list(entry.words, &out) { string($0, &$1) }
            text("}", &out)
        }
        if let info = stream.info {
            text(",\"last_id\":\"\(info.last.text)\"", &out)
            if let extent = info.extent { text(",\"entries_added\":\(extent.entriesAdded)", &out) }
        }
        text(",\"groups\":", &out)
        list(stream.groups, &out) { group, out in
            text("{\"name\":", &out)
            string(group.name, &out)
            text(",\"last_id\":\"\(group.last.text)\",\"pending\":", &out)
            list(group.pending, &out) { entry, out in
                text(
                    "{\"id\":\"\(entry.id.text)\",\"delivered_ms\":\(entry.deliveredAt),\"deliveries\":\(entry.deliveries)}",
                    &out)
            }
            text(",\"consumers\":", &out)
            list(group.consumers, &out) { consumer, out in
                text("{\"name\":", &out)
                string(consumer.name, &out)
                text(",\"seen_ms\":\(consumer.seenAt),\"pending\":", &out)
                list(consumer.owned, &out) { text("\"\($0.text)\"", &$1) }
                text("}", &out)
            }
            text("}", &out)
        }
        text("}", &out)
    }

    private static func list<Element>(
        _ elements: [Element], _ out: inout [UInt8], _ body: (Element, inout [UInt8]) -> Void
    ) {
        text("[", &out)
        for (index, element) in elements.enumerated() {
            if index > 0 { text(",", &out) }
            body(element, &out)
        }
        text("]", &out)
    }

    private static func text(_ text: String, _ out: inout [UInt8]) { out.append(contentsOf: text.utf8) }

    private static func string(_ bytes: [UInt8], _ out: inout [UInt8]) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            return text("{\"base64\":\"\(Data(bytes).base64EncodedString())\"}", &out)
        }
        text("\"", &out)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: text("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16), &out)
            default: out.append(byte)
            }
        }
        text("\"", &out)
    }
}
