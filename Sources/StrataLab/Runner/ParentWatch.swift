import Glibc
import StrataDisk

/// Ends this process as soon as its parent is gone, by the end of standard input.
package enum ParentWatch {
    /// Watches from a thread of its own, for as long as the process lives.
    package static func start() -> WorkerThread {
        WorkerThread(name: "parent") {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            _ = kill(getpid(), SIGKILL)
        }
    }
}
