import StrataDisk
import StrataKV
import StrataSim
import StrataTesting
import Testing

/// testdata/watch: what streams are told, word for word.
@Suite struct WatchScriptTests {
    @Test func scripts() throws {
        try ScriptRunner.run("../testdata/watch") {
            var session = WatchSession()
            return { try session.run($0) }
        }
    }
}

/// Commands of a watch script:
///
///     options bytes=N events=N responses=N fragment=N batch=N batchbytes=N    a fresh hub over a fresh store
///     put KEY VALUE | delete KEY | txn put:K=V delete:K ... | fill COUNT KEY BYTES
///     hide | show REVISION          later changes are not visible; all up to here are
///     compact REVISION | fail | heal
///     watch STREAM KEY [END] [rev=N] [id=N] [noput] [nodelete] [prev] [progress] [fragment]
///     cancel STREAM ID | progress STREAM | close STREAM
///     step [TIMES]                  without TIMES: until there is nothing to do
///     take STREAM [COUNT]           prints what it was told
///     state STREAM ID | stream STREAM | hub | sleep SECONDS
struct WatchSession {
    private var source = ModelSource()
    private let clock = SimulatedClock()
    private var hub: WatchHub
    private var streams: [String: WatchStream] = [:]
    private var isVisible = true

    init() { hub = WatchHub(source: source, clock: clock) }

    mutating func run(_ command: ScriptCommand) throws -> String {
        switch command.name {
        case "options": return try restart(command)
        case "put", "delete", "txn", "fill", "hide", "show", "compact", "fail", "heal": return try change(command)
        case "watch": return "id \(stream(try command.argument(0)).create(try request(command)))"
        case "cancel": stream(try command.argument(0)).cancel(Int64(try command.number(1)))
        case "progress": stream(try command.argument(0)).requestProgress()
        case "close": stream(try command.argument(0)).close()
        case "step":
            if command.arguments.isEmpty {
                while hub.step() {}
            } else {
                let answers = (0..<(try command.number(0))).map { _ in hub.step() ? "yes" : "no" }
                return "did work: " + answers.joined(separator: " ")
            }
        case "take":
            let count = command.arguments.count > 1 ? try command.number(1) : 1000
            return stream(try command.argument(0)).take(atMost: count).map(Self.text).joined(separator: "\n")
        case "state":
            guard let state = stream(try command.argument(0)).state(of: Int64(try command.number(1))) else {
                return "no such watcher"
            }
            return "\(state.isSynced ? "synced" : "behind"), next \(state.nextRevision), lagged \(state.lagged)"
        case "stream":
            let s = stream(try command.argument(0)).statistics
            return "\(s.watchers) watchers, lagged \(s.lagged), queued \(s.queuedResponses) responses, "
                + "\(s.queuedEvents) events, \(s.queuedBytes) bytes"
        case "hub":
            let s = hub.statistics
            return "\(s.watchers) watchers, \(s.unsynced) behind, \(s.blocked) blocked, "
                + "told up to \(hub.distributedRevision), batches \(s.batches), scans \(s.scans), read \(s.eventsRead)"
        case "sleep": clock.advance(by: Duration.seconds(try command.number(0)))
        default: throw command.unknown
        }
        return ""
    }

    private mutating func restart(_ command: ScriptCommand) throws -> String {
        var options = WatchOptions()
        options.queueBytes = try command.number("bytes", default: options.queueBytes)
        options.queueEvents = try command.number("events", default: options.queueEvents)
        options.queueResponses = try command.number("responses", default: options.queueResponses)
        options.fragmentBytes = try command.number("fragment", default: options.fragmentBytes)
        options.batchRevisions = try command.number("batch", default: options.batchRevisions)
        options.batchBytes = try command.number("batchbytes", default: options.batchBytes)
        source = ModelSource()
        hub = WatchHub(source: source, options: options, clock: clock)
        streams = [:]
        isVisible = true
        return ""
    }

    private mutating func change(_ command: ScriptCommand) throws -> String {
        switch command.name {
        case "put":
            let value = bytes(try command.argument(1))
            source.write([.put(bytes(try command.argument(0)), value)], isVisible: isVisible)
        case "delete": source.write([.delete(bytes(try command.argument(0)))], isVisible: isVisible)
        case "txn":
            var changes: [ModelSource.Change] = []
            for word in command.arguments where word.hasPrefix("delete:") {
                changes.append(.delete(bytes(word.dropFirst(7))))
            }
            // The script's reader takes put:K=V for an option.
            for (word, value) in command.options.sorted(by: { $0.key < $1.key }) where word.hasPrefix("put:") {
                changes.append(.put(bytes(word.dropFirst(4)), bytes(value)))
            }
            source.write(changes, isVisible: isVisible)
        case "fill":
            for _ in 0..<(try command.number(0)) {
                let value = [UInt8](repeating: 0x78, count: try command.number(2))
                source.write([.put(bytes(try command.argument(1)), value)], isVisible: isVisible)
            }
        case "hide": isVisible = false
        case "show":
            source.show(Int64(try command.number(0)))
            isVisible = true
        case "compact": source.compact(Int64(try command.number(0)))
        case "fail": source.fail(StorageError(kind: .io(call: "pread", errno: 5), file: "store.tree", offset: 4096))
        case "heal": source.fail(nil)
        default: throw command.unknown
        }
        return "revision \(source.lastRevision)\(isVisible ? "" : ", visible \(source.visibleRevision)")"
    }

    private mutating func stream(_ name: String) -> WatchStream {
        if let stream = streams[name] { return stream }
        let stream = hub.makeStream()
        streams[name] = stream
        return stream
    }

    private func request(_ command: ScriptCommand) throws -> WatchRequest {
        let flags: Set<String> = ["noput", "nodelete", "prev", "progress", "fragment"]
        let words = command.arguments.filter { !flags.contains($0) }
        func key(_ word: String) -> [UInt8] {
            word == "-" ? [] : bytes(word).map { $0 == UInt8(ascii: "~") ? 0 : $0 }
        }
        return WatchRequest(
            key: key(words[1]), rangeEnd: words.count > 2 ? key(words[2]) : [],
            startRevision: Int64(try command.number("rev", default: 0)),
            noPut: command.arguments.contains("noput"), noDelete: command.arguments.contains("nodelete"),
            prevKV: command.arguments.contains("prev"), progressNotify: command.arguments.contains("progress"),
            fragment: command.arguments.contains("fragment"), watchID: Int64(try command.number("id", default: 0)))
    }

    private static func text(_ response: WatchResponse) -> String {
        var words = ["\(response.watchID): @\(response.revision)"]
        if response.isCreated { words.append("created") }
        if response.isCanceled { words.append("canceled") }
        if response.compactRevision != 0 { words.append("compacted=\(response.compactRevision)") }
        if !response.cancelReason.isEmpty { words.append("(\(response.cancelReason))") }
        if response.isProgress { words.append("progress") }
        words += response.events.map(text)
        if response.isFragment { words.append("...") }
        return words.joined(separator: " ")
    }

    private static func text(_ event: Event) -> String {
        let previous = event.previous.map { "<\(text($0.value))" } ?? ""
        let key = String(decoding: event.keyValue.key, as: UTF8.self)
        switch event.kind {
        case .put: return "\(event.keyValue.modRevision)+\(key)=\(text(event.keyValue.value))\(previous)"
        case .delete: return "\(event.keyValue.modRevision)-\(key)\(previous)"
        }
    }

    private static func text(_ value: [UInt8]) -> String {
        value.count > 16 ? "[\(value.count)]" : String(decoding: value, as: UTF8.self)
    }
}
