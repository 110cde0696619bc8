import StrataKV

/// The store as a dictionary of revisions: every version of every key ever, and nothing clever. What the store answers is held
/// against what this answers.
struct RevisionModel {
    struct Change: Equatable {
        var revision: Int64
        /// nil: deleted.
        var keyValue: KeyValue?
    }

    private(set) var revision: Int64 = 1
    private(set) var compacted: Int64 = 0
    private(set) var changes: [[UInt8]: [Change]] = [:]
    private(set) var events: [Int64: [Event]] = [:]
    private(set) var leases: [Int64: Int64] = [:]
    private var sortedKeys: [[UInt8]] = []
    /// Events of the revision under way.
    private var pending: [Event] = []

    private var working: Int64 { pending.isEmpty ? revision : revision + 1 }

    // MARK: Reading

    func keyValue(_ key: [UInt8], at revision: Int64) -> KeyValue? {
        guard let changes = changes[key] else { return nil }
        if let last = changes.last, last.revision <= revision { return last.keyValue }
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : changes[low - 1].keyValue
    }

    func live(_ range: KeyRange, at revision: Int64) -> [KeyValue] {
        if case .single = range.end { return keyValue(range.start, at: revision).map { [$0] } ?? [] }
        var low = 0
        var high = sortedKeys.count
        while low < high {
            let middle = (low + high) / 2
            if sortedKeys[middle].lexicographicallyPrecedes(range.start) { low = middle + 1 } else { high = middle }
        }
        var found: [KeyValue] = []
        for key in sortedKeys[low...] {
            guard range.contains(key) else { break }
            if let keyValue = keyValue(key, at: revision) { found.append(keyValue) }
        }
        return found
    }

    func refusal(of revision: Int64) -> KVError? {
        revision <= 0 ? nil : revision > self.revision ? .futureRevision : revision < compacted ? .compacted : nil
    }

    func range(_ request: RangeRequest) -> RangeResponse {
        let range = KeyRange(key: request.key, rangeEnd: request.rangeEnd)
        var found = live(range, at: request.revision > 0 ? request.revision : working)
        var response = RangeResponse(revision: working, count: Int64(found.count))
        if request.countOnly { return response }
        if request.minModRevision > 0 { found.removeAll { $0.modRevision < request.minModRevision } }
        if request.maxModRevision > 0 { found.removeAll { $0.modRevision > request.maxModRevision } }
        if request.minCreateRevision > 0 { found.removeAll { $0.createRevision < request.minCreateRevision } }
        if request.maxCreateRevision > 0 { found.removeAll { $0.createRevision > request.maxCreateRevision } }
        func precedes(_ a: KeyValue, _ b: KeyValue) -> Bool {
            switch request.sortTarget {
            case .key: a.key.lexicographicallyPrecedes(b.key)
            case .version: a.version < b.version
            case .create: a.createRevision < b.createRevision
            case .mod: a.modRevision < b.modRevision
            case .value: a.value.lexicographicallyPrecedes(b.value)
            }
        }
        found.sort { a, b in
            let (first, second) = request.sortOrder == .descend ? (b, a) : (a, b)
            if precedes(first, second) { return true }
            if precedes(second, first) { return false }
            return a.key.lexicographicallyPrecedes(b.key)
        }
        if request.limit > 0, Int64(found.count) > request.limit {
            found = Array(found.prefix(Int(request.limit)))
            response.more = true
        }
        if request.keysOnly { for index in found.indices { found[index].value = [] } }
        response.keyValues = found
        return response
    }

    func attached(to lease: Int64) -> [[UInt8]] {
        live(.everything, at: revision).filter { $0.lease == lease }.map(\.key)
    }

    // MARK: Writing

    mutating func apply(_ command: KVCommand, drawnLease: Int64 = 0) -> KVReply {
        defer { endRevision() }
        switch command {
        case .put(let request):
            if let error = refusal(of: request) { return .failure(error) }
            return .put(put(request))
        case .deleteRange(let request): return .deleteRange(delete(request))
        case .range(let request):
            if let error = refusal(of: request.revision) { return .failure(error) }
            return .range(range(request))
        case .txn(let request): return txn(request)
        case .compaction(let request):
            if request.revision <= compacted { return .failure(.compacted) }
            if request.revision > revision { return .failure(.futureRevision) }
            compacted = request.revision
            return .compaction(CompactionResponse(revision: revision))
        case .leaseGrant(let request):
            let id = request.id == 0 ? drawnLease : request.id
            if leases[id] != nil { return .failure(.leaseExists) }
            leases[id] = max(2, request.ttl)
            return .leaseGrant(LeaseGrantResponse(revision: revision, id: id, ttl: max(2, request.ttl)))
        case .leaseRevoke(let request):
            guard leases[request.id] != nil else { return .failure(.leaseNotFound) }
            for key in attached(to: request.id) { record(key, nil) }
            leases[request.id] = nil
            return .leaseRevoke(LeaseRevokeResponse(revision: working))
        }
    }

    private mutating func endRevision() {
        if pending.isEmpty { return }
        revision += 1
        events[revision] = pending
        pending = []
    }

    private func refusal(of request: PutRequest) -> KVError? {
        if request.ignoreValue && !request.value.isEmpty { return .valueProvided }
        if request.ignoreLease && request.lease != 0 { return .leaseProvided }
        if request.lease != 0 && leases[request.lease] == nil { return .leaseNotFound }
        let isKept = request.ignoreValue || request.ignoreLease
        return isKept && keyValue(request.key, at: revision) == nil ? .keyNotFound : nil
    }

    private mutating func record(_ key: [UInt8], _ keyValue: KeyValue?) {
        let revision = revision + 1
        if changes[key] == nil {
            let place = sortedKeys.firstIndex { key.lexicographicallyPrecedes($0) } ?? sortedKeys.count
            sortedKeys.insert(key, at: place)
        }
        changes[key, default: []].append(Change(revision: revision, keyValue: keyValue))
        let event = keyValue.map { Event(kind: .put, keyValue: $0) }
        pending.append(event ?? Event(kind: .delete, keyValue: KeyValue(key: key, modRevision: revision)))
    }

    private mutating func put(_ request: PutRequest) -> PutResponse {
        let old = keyValue(request.key, at: revision)
        let new = KeyValue(
            key: request.key, createRevision: old?.createRevision ?? revision + 1, modRevision: revision + 1,
            version: (old?.version ?? 0) + 1, lease: request.ignoreLease ? old?.lease ?? 0 : request.lease,
            value: request.ignoreValue ? old?.value ?? [] : request.value)
        record(request.key, new)
        return PutResponse(revision: revision + 1, previous: request.prevKV ? old : nil)
    }

    private mutating func delete(_ request: DeleteRangeRequest) -> DeleteRangeResponse {
        let doomed = live(KeyRange(key: request.key, rangeEnd: request.rangeEnd), at: working)
        for keyValue in doomed { record(keyValue.key, nil) }
        return DeleteRangeResponse(
            revision: working, deleted: Int64(doomed.count), previous: request.prevKV ? doomed : [])
    }

    // MARK: Transactions

    private mutating func txn(_ request: TxnRequest) -> KVReply {
        if let error = staticRefusal(request) { return .failure(error) }
        if hasConflict(request.success) || hasConflict(request.failure) { return .failure(.duplicateKey) }
        if let error = firstRefusal(request) { return .failure(error) }
        return .txn(run(request))
    }

    /// What is wrong with a request whatever the store holds.
    private func staticRefusal(_ request: TxnRequest) -> KVError? {
        for operation in request.success + request.failure {
            if case .put(let request) = operation {
                if request.ignoreValue && !request.value.isEmpty { return .valueProvided }
                if request.ignoreLease && request.lease != 0 { return .leaseProvided }
            }
            if case .txn(let request) = operation, let error = staticRefusal(request) { return error }
        }
        return nil
    }

    /// As of the revision before the transaction, however much of it has run.
    private func holds(_ request: TxnRequest) -> Bool {
        request.compare.allSatisfy { compare in
            let found = live(KeyRange(key: compare.key, rangeEnd: compare.rangeEnd), at: revision)
            if found.isEmpty {
                if case .value = compare.target { return false }
                return holds(compare, KeyValue(key: compare.key))
            }
            return found.allSatisfy { holds(compare, $0) }
        }
    }

    private func holds(_ compare: Compare, _ keyValue: KeyValue) -> Bool {
        let (isLess, isEqual): (Bool, Bool) =
            switch compare.target {
            case .version(let number): (keyValue.version < number, keyValue.version == number)
            case .create(let number): (keyValue.createRevision < number, keyValue.createRevision == number)
            case .mod(let number): (keyValue.modRevision < number, keyValue.modRevision == number)
            case .lease(let number): (keyValue.lease < number, keyValue.lease == number)
            case .value(let value): (keyValue.value.lexicographicallyPrecedes(value), keyValue.value == value)
            }
        switch compare.result {
        case .equal: return isEqual
        case .notEqual: return !isEqual
        case .less: return isLess
        case .greater: return !isLess && !isEqual
        }
    }

    private func firstRefusal(_ request: TxnRequest) -> KVError? {
        for operation in holds(request) ? request.success : request.failure {
            let error: KVError? =
                switch operation {
                case .range(let request): refusal(of: request.revision)
                case .put(let request):
                    if case .leaseNotFound? = refusal(of: request) {
                        (request.ignoreValue || request.ignoreLease) && keyValue(request.key, at: revision) == nil
                            ? .keyNotFound : .leaseNotFound
                    } else {
                        refusal(of: request)
                    }
                case .deleteRange: nil
                case .txn(let request): firstRefusal(request)
                }
            if let error { return error }
        }
        return nil
    }

    private mutating func run(_ request: TxnRequest) -> TxnResponse {
        let succeeded = holds(request)
        var responses: [ResponseOp] = []
        for operation in succeeded ? request.success : request.failure {
            switch operation {
            case .range(let request): responses.append(.range(range(request)))
            case .put(let request): responses.append(.put(put(request)))
            case .deleteRange(let request): responses.append(.deleteRange(delete(request)))
            case .txn(let request): responses.append(.txn(run(request)))
            }
        }
        return TxnResponse(revision: working, succeeded: succeeded, responses: responses)
    }

    /// Looks at every pair.
    private func hasConflict(_ operations: [RequestOp]) -> Bool {
        let changed = operations.map { Self.changed($0) }
        for first in changed.indices {
            for second in changed.indices where first != second {
                for key in changed[first].puts {
                    if changed[second].puts.contains(key) { return true }
                    if changed[second].deletes.contains(where: { $0.contains(key) }) { return true }
                }
            }
        }
        return operations.contains { operation in
            guard case .txn(let request) = operation else { return false }
            return hasConflict(request.success) || hasConflict(request.failure)
        }
    }

    private static func changed(_ operation: RequestOp) -> (puts: [[UInt8]], deletes: [KeyRange]) {
        switch operation {
        case .range: return ([], [])
        case .put(let request): return ([request.key], [])
        case .deleteRange(let request): return ([], [KeyRange(key: request.key, rangeEnd: request.rangeEnd)])
        case .txn(let request):
            let all = (request.success + request.failure).map { changed($0) }
            return (all.flatMap(\.puts), all.flatMap(\.deletes))
        }
    }
}
