import StrataDisk

/// One thing that can be measured: an engine of ours, a bare loop, a real server or library. The runner sees only this.
///
/// Life: `start`, clients work, `stop` or `kill`, and then `recover` may bring it back over the same directory.
package protocol MeasuredSystem: AnyObject, Sendable {
    var description: SystemDescription { get }
    /// Ready to serve on return, over an empty directory or one that an earlier life left. Throws `SystemUnsupported`
    /// where the machine or the system cannot do what the configuration asks: that is a row in the results, no failure.
    func start() throws
    /// A client for one thread. Called between `start` and `stop`.
    func makeClient(_ index: Int) throws -> any SystemClient
    /// What the system has done since `start`; read while clients work.
    func counters() -> SystemCounters
    /// Brings data and files into the state that a long-running system would have reached: everything loaded so far is out of
    /// the log and in the main store. Called after a load and before measuring.
    func settle() throws
    /// Shuts down in good order.
    func stop() throws
    /// Ends as near to SIGKILL as one process can do to a part of itself: nothing is flushed, and `recover` finds on disk what
    /// it would find after a SIGKILL now. Clients are at rest; they are not used afterwards.
    func kill()
    /// Starts again over what is on disk, in this or another life of the same configuration, and returns when the system
    /// serves. A library that puts work off until the first access does it then; see `recover(reading:_:)`.
    func recover() throws -> RecoveryTiming
}

extension MeasuredSystem {
    package func settle() throws {}

    /// `recover`, and then the read of `key` as one more phase: the time to the first correct answer. Whether the answer is
    /// correct is for `body` to see. Throws `StorageError` where the key is gone.
    package func recover(reading key: UInt64, _ body: (RawSpan) -> Void) throws -> RecoveryTiming {
        let clock = SystemClock()
        var timing = try recover()
        let began = clock.nanoseconds()
        guard try makeClient(0).read(key: key, body) else {
            throw StorageError(kind: .invalid("no value of key \(key) after recovery"), file: description.name)
        }
        let reading = Duration.nanoseconds(clock.nanoseconds() - began)
        timing.phases.append(.init(name: "first_read", duration: reading))
        timing.total += reading
        return timing
    }
}

/// One caller of a system; used by one thread at a time.
package protocol SystemClient: AnyObject {
    /// Returns when the write is acknowledged under the system's policy.
    func write(key: UInt64, value: RawSpan) throws
    /// Hands a write over without waiting; tickets rise. Systems without an asynchronous interface acknowledge it here.
    func submit(key: UInt64, value: RawSpan) throws -> UInt64
    /// Returns when every write up to `ticket` is acknowledged, with the newest ticket that is (`ticket` or later).
    func wait(through ticket: UInt64) throws -> UInt64
    /// Lends the newest acknowledged value of `key` to `body`; false where there is none.
    func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool
    /// Lends up to `count` values in key order from the first key at or after `key`; returns how many there were.
    func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int
    /// Reads `key` as it was `depth` changes of the whole store ago. Systems without history throw `SystemUnsupported`.
    func readPast(key: UInt64, depth: UInt64, _ body: (RawSpan) -> Void) throws -> Bool
}

extension SystemClient {
    package func read(key: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
        throw SystemUnsupported(reason: "a log has no reads by key")
    }

    package func scan(from key: UInt64, count: Int, _ body: (RawSpan) -> Void) throws -> Int {
        throw SystemUnsupported(reason: "a log has no scans by key")
    }

    package func readPast(key: UInt64, depth: UInt64, _ body: (RawSpan) -> Void) throws -> Bool {
        throw SystemUnsupported(reason: "this system keeps no history")
    }
}

/// What some systems can do besides serving clients, while they serve.
package protocol SnapshotSource: MeasuredSystem {
    /// Writes a consistent copy of everything acknowledged before the call to the new directory `directory`, durably.
    /// Returns the bytes written. Calls `isCancelled` often enough to end within a second, with a throw.
    func snapshot(to directory: String, isCancelled: () -> Bool) throws -> UInt64
}

/// What a result row says about its system.
package struct SystemDescription: Sendable, Hashable {
    package var name: String
    package var version: String
    /// Settings that matter for the numbers, for the manifest.
    package var settings: [String: String]

    package init(name: String, version: String, settings: [String: String]) {
        self.name = name
        self.version = version
        self.settings = settings
    }
}

/// Cumulative since `start`. What a system does not tell is nil: no number is better than a wrong one.
package struct SystemCounters: Sendable, Hashable {
    /// Bytes of values that clients handed over and that were acknowledged or are on their way.
    package var userBytes: UInt64 = 0
    /// Bytes given to the kernel in write calls, framing, padding and rewritten tails included.
    package var bytesWritten: UInt64?
    package var writes: UInt64?
    package var syncs: UInt64?
    /// Batches committed together, and the writes of clients in them. A system that does not count its batches has 0 of them,
    /// and still counts the writes.
    package var batches: UInt64 = 0
    package var batchedOperations: UInt64 = 0
    /// Sums over the batches of a log: nanoseconds from a batch's first write to the start of its writing, and nanoseconds
    /// that writing it (and syncing it, where the policy waits for that) took.
    package var queueWaitNanoseconds: UInt64?
    package var commitNanoseconds: UInt64?
    /// Bytes before and after compression; equal where nothing is compressed.
    package var rawBytes: UInt64 = 0
    package var storedBytes: UInt64 = 0

    package init() {}
}

/// Time from start to the first correct answer, by phase, in order.
package struct RecoveryTiming: Sendable {
    package struct Phase: Sendable {
        package var name: String
        package var duration: Duration
        package init(name: String, duration: Duration) {
            self.name = name
            self.duration = duration
        }
    }
    package var phases: [Phase]
    /// Wall time of the whole, which phases on several threads need not add up to.
    package var total: Duration
    /// Bytes read from disk and entries brought back; nil where the system does not tell.
    package var bytes: UInt64?
    package var entries: UInt64?

    package init(phases: [Phase], total: Duration, bytes: UInt64?, entries: UInt64?) {
        self.phases = phases
        self.total = total
        self.bytes = bytes
        self.entries = entries
    }
}

/// The machine, kernel, file system or system does not offer what was asked for.
package struct SystemUnsupported: Error, Sendable, CustomStringConvertible {
    package var reason: String
    package init(reason: String) { self.reason = reason }
    package var description: String { reason }
}
