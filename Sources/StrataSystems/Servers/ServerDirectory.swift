import Glibc
import StrataDisk

/// The directory of one server, with a lock that the server holds: it inherits an open file that is locked with flock(2), and
/// the lock is free when the last process that has it open is gone. So who starts a server over the files of one that was
/// killed, maybe by way of the death of its parent, can wait until that one is really gone.
struct ServerDirectory: Sendable {
    let path: String

    var logFile: String { path + "/server.log" }
    private var lockFile: String { path + "/server.lock" }

    /// Makes the directory where it is missing and lends its locked file. Throws `StorageError` (`locked`) where a server holds
    /// it for longer than `patience`.
    func withLock<R>(patience: Duration, _ body: (_ file: Int32) throws -> R) throws -> R {
        _ = try PosixDisk(path: path)
        let file = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw StorageError(kind: .io(call: "open", errno: errno), file: lockFile) }
        defer { close(file) }
        let clock = SystemClock()
        let deadline = clock.nanoseconds() + UInt64(patience / .nanoseconds(1))
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw StorageError(kind: .io(call: "flock", errno: errno), file: lockFile)
            }
            guard clock.nanoseconds() < deadline else { throw StorageError(kind: .locked, file: path) }
            usleep(200)
        }
        return try body(file)
    }

    /// Returns when no server holds the directory, at once where there is none. Throws as `withLock`.
    func awaitRelease(patience: Duration) throws {
        guard access(lockFile, F_OK) == 0 else { return }
        try withLock(patience: patience) { _ in }
    }

    /// The last lines of what the server has said, for messages.
    func lastWords(_ count: Int = 3) -> String {
        let file = open(logFile, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        let size = 4096
        _ = lseek(file, max(0, lseek(file, 0, SEEK_END) - off_t(size)), SEEK_SET)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, used in
            used = max(0, read(file, buffer.baseAddress, size))
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(count).joined(separator: " | ")
    }
}
