import Glibc

/// SIGTERM and SIGINT: the first asks, the second ends the process at once.
package enum TerminationSignals {
    /// Call before other threads start: they inherit that these signals wait for the one thread that takes them. `body`
    /// runs on that thread. A broken
    /// connection (SIGPIPE) and a closed terminal (SIGHUP) are no reason to end.
    package static func handle(_ body: @escaping @Sendable (_ signal: CInt) -> Void) {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        var signals = watched
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let box = Box(body)
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                let body = Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body
                var signals = TerminationSignals.watched
                var isAsked = false
                while true {
                    var signal: CInt = 0
                    guard sigwait(&signals, &signal) == 0 else { continue }
                    if isAsked { _exit(1) }
                    isAsked = true
                    body(signal)
                }
            }, Unmanaged.passRetained(box).toOpaque())
        precondition(failed == 0, "no thread for signals")
        pthread_detach(thread)
    }

    private static var watched: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        return signals
    }

    private final class Box: Sendable {
        let body: @Sendable (CInt) -> Void
        init(_ body: @escaping @Sendable (CInt) -> Void) { self.body = body }
    }
}
