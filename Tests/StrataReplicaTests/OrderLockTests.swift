import StrataDisk
import StrataReplica
import Testing

@Suite struct OrderLockTests {
    private final class Shared: Sendable { let lock = OrderLock((left: 0, right: 0)) }

    @Test func oneAtATime() {
        let shared = Shared()
        let threads = (0..<8).map { number in
            WorkerThread(name: "order-\(number)") {
                for _ in 0..<20_000 {
                    shared.lock.withLock { pair in
                        pair.left += 1
                        pair.right = pair.left
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(shared.lock.withLock { $0.left } == 160_000)
        #expect(shared.lock.withLock { $0.right } == 160_000)
    }

    @Test func whatThrowsLetsGo() {
        let lock = OrderLock(1)
        #expect(throws: StorageError.self) {
            try lock.withLock { (value) throws(StorageError) in
                value = 2
                throw StorageError(kind: .closed, file: "order")
            }
        }
        #expect(lock.withLock { $0 } == 2)
    }
}
