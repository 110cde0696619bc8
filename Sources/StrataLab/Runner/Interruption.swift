import Glibc

/// Turns SIGINT and SIGTERM into a raised `StopFlag`, as long as it lives; one at a time. A second signal ends the
/// process at once.
package final class Interruption {
    package let flag = interruptionFlag

    package init() {
        // Made before the handler can need it: a handler may not allocate.
        precondition(!flag.isRaised, "interrupted before it began")
        for number in [SIGINT, SIGTERM] {
            // Reaches a process whose parent ignores the signal, too, as a shell does for what it starts in the
            // background.
            signal(number) { _ in
                if interruptionFlag.isRaised { _exit(ExitStatus.interrupted) }
                interruptionFlag.raise()
            }
        }
    }

    deinit { for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) } }
}

/// A signal handler reaches nothing but globals.
private let interruptionFlag = StopFlag()
