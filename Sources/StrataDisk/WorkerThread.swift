import CStrataShims
import Glibc

/// One operating-system thread that runs a closure. Blocking calls such as fdatasync have no place on the concurrency
/// pool.
package final class WorkerThread: @unchecked Sendable {
    private var handle = pthread_t()
    private var isJoined = false

    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// `name` is cut to the kernel's 15 characters; it is what top and perf show.
    package init(name: String, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let code = pthread_create(
            &handle, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                strata_name_thread(String(start.name.prefix(15)))
                start.body()
                return nil
            }, start.toOpaque())
        precondition(code == 0, "pthread_create failed with \(code): out of threads or memory")
    }

    /// Waits for the closure to return. Called once, by one owner.
    package func join() {
        precondition(!isJoined, "a thread is joined once")
        isJoined = true
        pthread_join(handle, nil)
    }
}
