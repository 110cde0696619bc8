import StrataDisk
import StrataKV
import Synchronization

/// Reading, from any thread, of what is acknowledged. No read waits for a write.
extension KVEngine {
    package func range(_ request: RangeRequest) throws -> RangeResponse { try store.range(request) }

    /// Lends version and value of `key` as of `revision`, 0 for the newest; nil where there is no such key. Copies nothing.
    @inline(__always)
    package func get<R>(
        _ key: RawSpan, at revision: Int64 = 0, _ body: (KeyVersion, _ value: RawSpan) throws -> R
    ) throws -> R? {
        try store.get(key, at: revision, body)
    }

    /// Lends each key of `range` as of `revision`, 0 for the newest, in key order, until `body` returns false.
    package func scan(
        _ range: KeyRange, at revision: Int64 = 0,
        _ body: (_ key: RawSpan, KeyVersion, _ value: RawSpan) throws -> Bool
    ) throws {
        try store.scan(range, at: revision, body)
    }

    package func count(_ range: KeyRange, at revision: Int64 = 0) throws -> Int64 {
        try store.count(range, at: revision)
    }

    /// The newest revision that readers see.
    package var revision: Int64 { store.visibleRevision }

    /// A stream of watches; see `WatchStream`.
    package func makeWatchStream(onReady: (@Sendable () -> Void)? = nil) -> WatchStream {
        core.machine.isWatched.store(true, ordering: .sequentiallyConsistent)
        hub.wake()
        return hub.makeStream(onReady: onReady)
    }
}
