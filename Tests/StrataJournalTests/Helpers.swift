import Foundation
import StrataDisk
import StrataJournal
import Synchronization

func rest() { usleep(200) }

/// Waits until `condition` holds; false after a minute, which no healthy run takes.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let clock = SystemClock()
    let limit = clock.nanoseconds() + 60_000_000_000
    while clock.nanoseconds() < limit {
        if try condition() { return true }
        rest()
    }
    return false
}

extension Journal {
    @discardableResult
    func append(_ bytes: [UInt8]) throws(StorageError) -> UInt64 { try append(bytes.span.bytes) }
    @discardableResult
    func submit(_ bytes: [UInt8]) throws(StorageError) -> UInt64 { try submit(bytes.span.bytes) }
}

func failure(_ body: () throws(StorageError) -> Void) -> StorageError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Threads that append, and what became of each append.
final class Appenders: Sendable {
    private let threads: [WorkerThread]

    init(_ count: Int, each: Int, on journal: Journal, size: Int = 8) {
        let outcome = Outcome()
        threads = (0..<count).map { number in
            WorkerThread(name: "appender-\(number)") {
                for _ in 0..<each {
                    do throws(StorageError) {
                        let ticket = try journal.append([UInt8](repeating: UInt8(number), count: size))
                        outcome.acknowledged.withLock { $0.append(ticket) }
                    } catch {
                        outcome.errors.withLock { $0.append(error) }
                        break
                    }
                }
                outcome.finished.add(1, ordering: .releasing)
            }
        }
        self.outcome = outcome
    }

    private final class Outcome: Sendable {
        let acknowledged = Mutex<[UInt64]>([])
        let errors = Mutex<[StorageError]>([])
        let finished = Atomic<Int>(0)
    }
    private let outcome: Outcome

    /// The tickets and errors once all threads are through; nil if they hang.
    func results() -> (tickets: [UInt64], errors: [StorageError])? {
        guard eventually({ outcome.finished.load(ordering: .acquiring) == threads.count }) else { return nil }
        for thread in threads { thread.join() }
        return (outcome.acknowledged.withLock { $0 }, outcome.errors.withLock { $0 })
    }
}
