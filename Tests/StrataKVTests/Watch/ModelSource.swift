import StrataDisk
import StrataKV
import Synchronization

/// A history in memory, with everything remembered: what a store shows, and an oracle of what it should have shown.
final class ModelSource: EventSource {
    enum Change {
        case put([UInt8], [UInt8])
        case delete([UInt8])
    }
    struct State {
        /// Changes of revision `index + 2`, as a fresh store's first has revision 2.
        var changes: [[Event]] = []
        var newest: [[UInt8]: KeyValue] = [:]
        var versions: [[UInt8]: [KeyValue]] = [:]
        var visible: Int64 = 1
        var compacted: Int64 = 0
        var failure: StorageError?
        var reads = 0

        var last: Int64 { Int64(changes.count) + 1 }
    }
    let state = Mutex(State())

    /// One transaction; keys differ. A delete of a missing key does nothing, as in the store; false: nothing was done.
    @discardableResult
    func write(_ changes: [Change], isVisible: Bool = true) -> Bool {
        state.withLock { state in
            let revision = state.last + 1
            var events: [Event] = []
            for change in changes {
                switch change {
                case .put(let key, let value):
                    var version = KeyValue(key: key, createRevision: revision, modRevision: revision, version: 1)
                    version.value = value
                    if let old = state.newest[key] {
                        version.createRevision = old.createRevision
                        version.version = old.version + 1
                    }
                    state.newest[key] = version
                    state.versions[key, default: []].append(version)
                    events.append(Event(kind: .put, keyValue: version))
                case .delete(let key):
                    guard state.newest.removeValue(forKey: key) != nil else { continue }
                    let tombstone = KeyValue(key: key, modRevision: revision)
                    state.versions[key, default: []].append(tombstone)
                    events.append(Event(kind: .delete, keyValue: tombstone))
                }
            }
            guard !events.isEmpty else { return false }
            state.changes.append(events)
            if isVisible { state.visible = revision }
            return true
        }
    }

    func show(_ revision: Int64) { state.withLock { $0.visible = min(revision, $0.last) } }
    func compact(_ revision: Int64) { state.withLock { $0.compacted = max($0.compacted, revision) } }
    func fail(_ failure: StorageError?) { state.withLock { $0.failure = failure } }

    var lastRevision: Int64 { state.withLock { $0.last } }
    /// Events that were lent.
    var reads: Int { state.withLock { $0.reads } }

    var visibleRevision: Int64 { state.withLock { $0.visible } }
    var compactedRevision: Int64 { state.withLock { $0.compacted } }

    func events(from first: Int64, through last: Int64, _ body: (Event) -> Bool) throws {
        let changes = try state.withLock { state -> ArraySlice<[Event]> in
            if let failure = state.failure { throw failure }
            guard first >= state.compacted else { throw KVError.compacted }
            precondition(last <= state.visible, "nobody may read what is not acknowledged")
            let slice = state.changes[max(0, Int(first) - 2)..<max(0, Int(last) - 1)]
            return slice
        }
        var count = 0
        defer { state.withLock { $0.reads += count } }
        for events in changes {
            for event in events {
                count += 1
                if !body(event) { return }
            }
        }
    }

    func version(of key: [UInt8], at revision: Int64) throws -> KeyValue? {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if revision < state.compacted { throw KVError.compacted }
            return Self.version(of: key, at: revision, state)
        }
    }

    private static func version(of key: [UInt8], at revision: Int64, _ state: State) -> KeyValue? {
        let found = state.versions[key]?.last { $0.modRevision <= revision }
        return found?.version == 0 ? nil : found
    }

    // MARK: The oracle

    /// Everything that a watcher from `first` on should be told up to `last`, previous versions included.
    func expected(_ request: WatchRequest, from first: Int64, through last: Int64) -> [Event] {
        let range = KeyRange(key: request.key.isEmpty ? [0] : request.key, rangeEnd: request.rangeEnd)
        return state.withLock { state in
            var events: [Event] = []
            guard last >= first, last >= 2 else { return [] }
            for event in state.changes[(max(2, Int(first)) - 2)...(Int(last) - 2)].joined() {
                let revision = event.keyValue.modRevision
                guard range.contains(event.keyValue.key) else { continue }
                if event.kind == .put && request.noPut || event.kind == .delete && request.noDelete { continue }
                var event = event
                event.previous =
                    request.prevKV ? Self.version(of: event.keyValue.key, at: revision - 1, state) : nil
                events.append(event)
            }
            return events
        }
    }
}

func bytes(_ text: some StringProtocol) -> [UInt8] { Array(text.utf8) }
