import StrataBTree
import StrataCodec
import StrataDisk
import StrataJournal
import Synchronization

/// Strata's B+tree alone: each write is a commit of its own, as in a store without a log. A client's writes in flight are
/// gathered into one commit, which is made when the client waits.
package final class TreeSystem: MeasuredSystem {
    private let configuration: SystemConfiguration
    private let state = Mutex<OpenTree?>(nil)
    private let tallies = WriteTallies()

    package init(_ configuration: SystemConfiguration) { self.configuration = configuration }

    private var options: BTreeOptions {
        var options = BTreeOptions()
        options.method = configuration.syncMethod
        options.sync = configuration.syncPolicy == .always
        if let bytes = configuration.memoryBytes { options.cacheBytes = bytes }
        return options
    }

    package var description: SystemDescription {
        SystemDescription(
            name: "tree", version: "strata format \(PageFormat.version)",
            settings: [
                "page_bytes": "\(options.pageBytes)", "cache_bytes": "\(options.cacheBytes)",
                "in_flight": "gathered into one commit until the client waits",
            ])
    }

    package func start() throws {
        switch configuration.syncPolicy {
        case .always, .never: break
        case .grouped, .periodic, .everyBytes:
            throw SystemUnsupported(reason: "the tree alone syncs in each commit or never")
        }
        guard configuration.compression == .none else {
            throw SystemUnsupported(reason: "the tree does not compress")
        }
        do throws(StorageError) {
            let tree = try BTree(on: try PosixDisk(path: configuration.directory), options: options)
            state.withLock { $0 = OpenTree(tree) }
        } catch {
            throw error.asUnsupported
        }
    }

    /// The tree and its writers' turn.
    fileprivate final class OpenTree: Sendable {
        let tree: BTree
        private let turn = Mutex(())
        private let newest: Atomic<UInt64>

        init(_ tree: BTree) {
            self.tree = tree
            newest = Atomic(tree.latest.number)
        }

        /// The newest commit's number.
        @inline(__always)
        var newestCommit: UInt64 { newest.load(ordering: .acquiring) }

        /// One commit: all that `body` puts, or nothing of it where it throws.
        func commit(_ body: (TreeWriter) throws -> Void) throws {
            try turn.withLock { _ in
                let writer = try tree.begin()
                do {
                    try body(writer)
                } catch {
                    writer.rollback()
                    throw error
                }
                // Nothing is replayed on this tree: the index only has to rise.
                let made = try writer.commit(appliedIndex: newest.load(ordering: .relaxed) + 1)
                newest.store(made.number, ordering: .releasing)
            }
        }
    }

    private func running() throws -> OpenTree {
        guard let open = state.withLock({ $0 }) else {
            throw StorageError(kind: .closed, file: configuration.directory)
        }
        return open
    }

    package func makeClient(_ index: Int) throws -> any SystemClient { Client(try running(), tallies.make()) }

    private final class Client: SystemClient {
        private let open: OpenTree
        private let tally: WriteTally
        private var gathered = GatheredWrites()
        /// Kept while it is the newest.
        private var snapshot: TreeSnapshot?

        init(_ open: OpenTree, _ tally: WriteTally) {
            self.open = open
            self.tally = tally
        }

        func write(key: UInt64, value: RawSpan) throws {
            try open.commit { writer in
                try KeyName.withBytes(of: key) { (name) throws(StorageError) in try writer.put(name, value) }
            }
            tally.add(operations: 1, bytes: value.byteCount)
        }

        func submit(key: UInt64, value: RawSpan) throws -> UInt64 { gathered.append(key: key, value: value) }

        func wait(through ticket: UInt64) throws -> UInt64 {
            guard gathered.count > 0 else { return gathered.lastTicket }
            try open.commit { writer in
                try gathered.forEach { key, value in
                    try KeyName.withBytes(of: key) { (name) throws(StorageError) in try writer.put(name, value) }
                }
            }
            tally.add(operations: gathered.count, bytes: gathered.byteCount)
            gathered.removeAll()
            return gathered.lastTicket
        }

        @inline(__always)
        private func newestSnapshot() -> TreeSnapshot {
            if let snapshot, snapshot.commit.number == open.newestCommit { return snapshot }
            let taken = open.tree.snapshot()
            snapshot = taken
            return taken
        }

        func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
            let snapshot = newestSnapshot()
            return try KeyName.withBytes(of: key) { (name) throws(StorageError) in
                try snapshot.get(name) { (value) throws(StorageError) in body(value) } != nil
            }
        }

        func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
            guard count > 0 else { return 0 }
            let cursor = newestSnapshot().makeCursor()
            var isThere = try KeyName.withBytes(of: key) { (name) throws(StorageError) in try cursor.seek(name) }
            var found = 0
            while isThere {
                try cursor.withValue { (value) throws(StorageError) in body(value) }
                found += 1
                guard found < count else { break }
                isThere = try cursor.next()
            }
            return found
        }
    }

    package func counters() -> SystemCounters {
        var counters = tallies.counters
        guard let statistics = state.withLock({ $0 })?.tree.statistics else { return counters }
        counters.bytesWritten = statistics.bytesWritten
        counters.syncs = statistics.syncs
        counters.batches = statistics.commits
        return counters
    }

    package func stop() throws {
        let open = try running()
        state.withLock { $0 = nil }
        tallies.removeAll()
        try open.tree.close()
    }

    package func kill() {
        state.withLock { $0 }?.tree.abandon()
        state.withLock { $0 = nil }
        tallies.removeAll()
    }

    package func recover() throws -> RecoveryTiming { try timedStart() }
}
