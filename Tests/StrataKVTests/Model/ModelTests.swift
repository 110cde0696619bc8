import Foundation
import StrataDisk
import StrataKV
import StrataTesting
import Testing

/// The store against `RevisionModel`: every reply, reads at every revision, over checkpoints, compactions, crashes.
@Suite struct ModelTests {
    /// 250,000 operations a seed with STRATA_SWEEP=full, which is a minute of processor time; else a tenth.
    private static let operations =
        ProcessInfo.processInfo.environment["STRATA_SWEEP"] == "full" ? 250_000 : 25_000

    /// Replies, and reads now and in the past.
    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func theStoreAnswersAsTheModel(_ seed: UInt64) throws {
        var options = KVStoreOptions()
        // So that a compaction takes many steps, with other things between them.
        options.compactionEvents = 300
        let harness = try KVHarness(options)
        var model = RevisionModel()
        var commands = RandomCommands(seed: seed)
        for step in 0..<rounds(Self.operations) {
            let (oldest, newest) = (model.compacted, model.revision)
            if commands.random.chance(0.25) {
                try compare(commands.range(oldest, newest), harness.store, model, "seed \(seed), step \(step)")
            } else {
                let command = commands.command(oldest, newest)
                let expected = model.apply(command)
                let found = try harness.execute(command)
                try #require(found == expected, "seed \(seed), step \(step): \(command)")
            }
            switch commands.random.below(40_000) {
            case 0..<8: try harness.checkpoint()
            case 8..<10: try harness.reopen(losingUnsynced: commands.random.chance(0.5))
            case 10..<14: try compareAll(harness.store, model, &commands, "seed \(seed), step \(step)")
            case 14: try harness.checkpointAsWanted()
            default: break
            }
        }
        try compareAll(harness.store, model, &commands, "seed \(seed), end")
        try harness.checkpointAsWanted()
        try compareAll(harness.store, model, &commands, "seed \(seed), end with history removed")
    }

    private func compare(
        _ request: RangeRequest, _ store: KVStore, _ model: RevisionModel, _ place: String
    ) throws {
        do {
            let found = try store.range(request)
            try #require(found == model.range(request), "\(place): \(request)")
        } catch let error as KVError {
            try #require(error == model.refusal(of: request.revision), "\(place): \(request)")
        }
    }

    /// Everything that can be asked, as of several revisions; events; leases; the store's own check.
    private func compareAll(
        _ store: KVStore, _ model: RevisionModel, _ commands: inout RandomCommands, _ place: String
    ) throws {
        let check = try store.check()
        try #require(check.problems.isEmpty, "\(place): \(check.problems)")
        let past = (0..<3).map { _ in max(model.compacted, 1) + Int64(commands.random.below(1000)) }
        for revision in [0, model.compacted, model.revision] + past.filter({ $0 <= model.revision }) {
            let request = RangeRequest(key: [0], rangeEnd: [0], revision: revision)
            try compare(request, store, model, place)
            var scanned: [KeyValue] = []
            try store.scan(.everything, at: revision) { (key, version, value) in
                scanned.append(KeyValue(key: copy(key), version, value: copy(value)))
                return true
            }
            try #require(scanned == model.range(request).keyValues, "\(place): scan at \(revision)")
        }
        let first = max(model.compacted, 2)
        var expected = (first..<(model.revision + 1)).flatMap { model.events[$0] ?? [] }
        // The last version of a key deleted at the compacted revision is all that may be gone.
        var found: [Event] = []
        try store.events(from: first, through: model.revision) {
            found.append($0)
            return true
        }
        expected.removeAll { $0.keyValue.modRevision < first }
        try #require(found == expected, "\(place): events from \(first)")
        try #require(
            Dictionary(uniqueKeysWithValues: store.leases().map { ($0.id, $0.ttl) }) == model.leases,
            "\(place): leases")
        for lease in model.leases.keys {
            let answer = try store.timeToLive(LeaseTimeToLiveRequest(id: lease, keys: true))
            try #require(answer.keys == model.attached(to: lease), "\(place): keys of lease \(lease)")
        }
        for _ in 0..<20 {
            let key = commands.key()
            let revision = commands.revision(model.compacted, model.revision)
            guard model.refusal(of: revision) == nil else { continue }
            let lent = try store.get(key.span.bytes, at: revision) { KeyValue(key: key, $0, value: copy($1)) }
            try #require(lent == model.keyValue(key, at: revision), "\(place): \(key) at \(revision)")
            try #require(try store.version(of: key, at: revision) == lent, "\(place): \(key) at \(revision)")
        }
    }
}

func copy(_ bytes: RawSpan) -> [UInt8] { bytes.withUnsafeBytes { Array($0) } }
