import CStrataShims

/// A counter that threads sleep on until it moves: futex(2) on a word of its own. One call wakes every sleeper, which is
/// what lets a batch of 64 appends return for the price of one system call.
package struct FutexWord: ~Copyable, @unchecked Sendable {
    private let word: UnsafeMutablePointer<UInt32>

    package init() {
        // A cache line of its own: sleepers poll it while others write their neighbours.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
        word = memory.bindMemory(to: UInt32.self, capacity: 16)
        word.initialize(repeating: 0, count: 16)
    }

    deinit { UnsafeMutableRawPointer(word).deallocate() }

    package var value: UInt32 { strata_atomic_load(word) }

    /// Sleeps until the counter is no longer `seen`, or about `nanoseconds` have passed. May return early.
    package func wait(while seen: UInt32, atMost nanoseconds: Int64 = -1) {
        _ = strata_futex_wait(word, seen, nanoseconds)
    }

    /// Moves the counter; `wakeAll` spares the system call where nobody can be asleep.
    package func advance(wakeAll: Bool = true) {
        strata_atomic_increment(word)
        if wakeAll { _ = strata_futex_wake(word, Int32.max) }
    }
}
