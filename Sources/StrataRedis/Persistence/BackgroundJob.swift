import StrataDisk
import Synchronization

/// A save or rewrite on a thread of its own. The executor asks now and then whether it is over.
final class BackgroundJob {
    enum Kind: Sendable {
        case save, rewrite
    }
    enum Outcome: Sendable {
        /// Bytes written.
        case done(UInt64)
        case failed(StorageError)
        case aborted
    }

    let kind: Kind
    let snapshot: KeyspaceSnapshot
    /// Seconds since 1970.
    let began: Int64
    /// Changes counted when it began: those are in it.
    let changes: Int64
    let rewrite: AOFRewrite?
    private let thread: WorkerThread
    private let result: Result

    private final class Result: Sendable {
        let outcome = Mutex<Outcome?>(nil)
    }

    init(
        _ kind: Kind, _ snapshot: KeyspaceSnapshot, began: Int64, changes: Int64, rewrite: AOFRewrite? = nil,
        _ body: @escaping @Sendable () throws(StorageError) -> UInt64?
    ) {
        self.kind = kind
        self.snapshot = snapshot
        self.began = began
        self.changes = changes
        self.rewrite = rewrite
        let result = Result()
        self.result = result
        thread = WorkerThread(name: kind == .save ? "bgsave" : "aof-rewrite") {
            var outcome = Outcome.aborted
            do throws(StorageError) { if let size = try body() { outcome = .done(size) } } catch {
                outcome = .failed(error)
            }
            let ended = outcome
            result.outcome.withLock { $0 = ended }
        }
    }

    /// nil while it runs. Called until it is not nil, and then no more.
    var outcome: Outcome? {
        guard let outcome = result.outcome.withLock({ $0 }) else { return nil }
        thread.join()
        return outcome
    }

    /// Ends it early, and waits.
    func cancel() {
        snapshot.abort()
        thread.join()
    }
}
