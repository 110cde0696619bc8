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
    /// Shuts down in good order.
    func stop() throws
    /// Ends as SIGKILL would: nothing is flushed, nothing is waited for.
    func kill()
    /// Starts again over what is on disk and returns when the last acknowledged write is readable.
    func recover() throws -> RecoveryTiming
}

/// One caller of a system; used by one thread at a time.
package protocol SystemClient: AnyObject {
    /// Returns when the write is acknowledged under the system's policy.
    func write(key: UInt64, value: RawSpan) throws
    /// Hands a write over without waiting; tickets rise. Systems without an asynchronous interface acknowledge it here.
    func submit(key: UInt64, value: RawSpan) throws -> UInt64
    /// Returns when every write up to `ticket` is acknowledged, with the newest ticket that is (`ticket` or later).
    func wait(through ticket: UInt64) throws -> UInt64
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

/// Cumulative since `start`.
package struct SystemCounters: Sendable, Hashable {
    /// Bytes of values that clients handed over and that were acknowledged or are on their way.
    package var userBytes: UInt64 = 0
    /// Bytes given to the kernel in write calls, framing, padding and rewritten tails included.
    package var bytesWritten: UInt64 = 0
    package var writes: UInt64 = 0
    package var syncs: UInt64 = 0
    /// Batches committed together, and the operations in them.
    package var batches: UInt64 = 0
    package var batchedOperations: UInt64 = 0
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
    /// Bytes read from disk and entries brought back.
    package var bytes: UInt64
    package var entries: UInt64

    package init(phases: [Phase], total: Duration, bytes: UInt64, entries: UInt64) {
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
