import Glibc

/// As `Mutex`, for state that many threads fight over for a few hundred nanoseconds at a time.
///
/// The standard library's `Mutex` is a priority-inheriting futex on Linux: once a thread sleeps on it, the kernel hands it
/// over, so that every acquisition under contention costs a switch of threads (64 unsynced writers of one store: 15,000 puts a
/// second with it, 50,000 and more with this one). This one is the C library's: whoever runs may take it, and the sleeper
/// tries again (pthread_mutex_lock(3), adaptive).
package struct BargingMutex<Value>: ~Copyable, @unchecked Sendable {
    // Unchecked: the value is only reached while the lock is held.
    @usableFromInline let lock: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    package init(_ value: Value) {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
        pthread_mutex_init(lock, &attributes)
        pthread_mutexattr_destroy(&attributes)
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    // Inlinable: unspecialised, each call would box what it captures.
    @inlinable @inline(__always)
    package func withLock<R: ~Copyable, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }
}
