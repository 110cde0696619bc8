import StrataDisk
import Synchronization

/// A thread whose error comes back at `join`.
final class Worker: Sendable {
    private final class Outcome: Sendable { let error = Mutex<(any Error)?>(nil) }
    private let outcome: Outcome
    private let thread: WorkerThread

    init(_ body: @escaping @Sendable () throws -> Void) {
        let outcome = Outcome()
        self.outcome = outcome
        thread = WorkerThread(name: "test-worker") {
            do { try body() } catch { outcome.error.withLock { $0 = error } }
        }
    }

    func join() throws {
        thread.join()
        if let error = outcome.error.withLock({ $0 }) { throw error }
    }
}
