import Dispatch
import StrataDisk
import Synchronization

/// A thread that does something every so often until it is cancelled or what it does fails.
final class PeriodicTask: Sendable {
    private let wake = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)
    private let hasFailed = Atomic<Bool>(false)
    private let thread = Mutex<WorkerThread?>(nil)

    init(name: String, every interval: Duration, _ body: @escaping @Sendable () throws -> Void) {
        let (seconds, attoseconds) = interval.components
        let pause = DispatchTimeInterval.nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
        let worker = WorkerThread(name: name) { [self] in
            while wake.wait(timeout: .now() + pause) == .timedOut {
                do {
                    try body()
                } catch {
                    failure.withLock { $0 = error }
                    hasFailed.store(true, ordering: .releasing)
                    return
                }
            }
        }
        thread.withLock { $0 = worker }
    }

    /// Throws what ended the task, if anything did: who relies on it must not go on as if it ran.
    @inline(__always)
    func check() throws {
        if hasFailed.load(ordering: .acquiring), let error = failure.withLock({ $0 }) { throw error }
    }

    /// Returns when the thread has ended. Idempotent.
    func cancel() {
        wake.signal()
        let ending = thread.withLock { thread -> WorkerThread? in
            defer { thread = nil }
            return thread
        }
        ending?.join()
    }
}
