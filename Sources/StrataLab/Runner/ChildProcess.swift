import Foundation
import Glibc

/// One process that this one has started, and that does not outlive it: the child's standard input is a pipe of which this
/// process holds the other end, and a child that finds it closed ends itself (`ParentWatch`). Used by one thread.
final class ChildProcess {
    private let id: pid_t
    private let pipe: Int32
    private var isReaped = false

    /// Starts `program` with `argument` behind its own; what it says on standard error goes to the file `messages`. Throws where
    /// it cannot be started.
    init(_ program: ChildProgram, argument: String, messages: String) throws {
        // Resolved here: in the child, /proc/self would be another process.
        let executable = URL(fileURLWithPath: program.executable).resolvingSymlinksInPath().path
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw Self.error("pipe", errno, executable) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: a Ctrl-C at the terminal is for the parent, who then ends the child.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let environment = ProcessInfo.processInfo.environment.merging(program.environment) { $1 }
        var arguments: [UnsafeMutablePointer<CChar>?] = ([executable] + program.arguments + [argument]).map {
            strdup($0)
        }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for text in arguments + variables { free(text) } }
        arguments.append(nil)
        variables.append(nil)
        var child: pid_t = 0
        let code = posix_spawn(&child, executable, &actions, &attributes, arguments, variables)
        close(ends[0])
        guard code == 0 else {
            close(ends[1])
            throw Self.error("posix_spawn", code, executable)
        }
        id = child
        pipe = ends[1]
    }

    deinit { kill() }

    private static func error(_ call: String, _ code: Int32, _ file: String) -> ResultsError {
        ResultsError(file: file, message: "\(call): \(String(cString: strerror(code)))")
    }

    /// Whether it has ended by itself; then nothing of it is left.
    func hasEnded() -> Bool {
        if isReaped { return true }
        var status: Int32 = 0
        let result = waitpid(id, &status, WNOHANG)
        guard result == id || (result < 0 && errno == ECHILD) else { return false }
        reaped()
        return true
    }

    /// SIGKILL, and returns when nothing of it is left. Idempotent.
    func kill() {
        guard !isReaped else { return }
        _ = Glibc.kill(id, SIGKILL)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        reaped()
    }

    private func reaped() {
        isReaped = true
        close(pipe)
    }
}
