import Dispatch
import Glibc
import StrataDisk
import Synchronization

/// A server in a process of its own, which does not outlive this one.
///
/// A thread of ours starts the process and waits for its end. The kernel sends a child SIGKILL when the thread that started it
/// is gone (PR_SET_PDEATHSIG of prctl(2)), so that the server goes with this process however that ends; setpriv of util-linux
/// sets this and becomes the server. Its process group is its own: a Ctrl-C at the terminal is for this process alone, and
/// what the server has forked goes with it.
final class ServerProcess: Sendable {
    private let name: String
    private let life: Life
    private let thread: Mutex<WorkerThread?>

    /// What the thread and its owner share.
    private final class Life: Sendable {
        struct State {
            var id: pid_t = 0
            /// errno of a process that could not be started.
            var failure: Int32 = 0
            var hasEnded = false
        }
        let state = Mutex(State())
        let started = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)

        func run(_ words: [String], log: String, lock: Int32) {
            let (id, failure) = ServerProcess.spawn(words, log: log, lock: lock)
            state.withLock { ($0.id, $0.failure, $0.hasEnded) = (id, failure, failure != 0) }
            started.signal()
            guard failure == 0 else { return }
            // A zombie until the state says that it has ended: nobody signals a number that is someone else's by then.
            var end = siginfo_t()
            while waitid(P_PID, id_t(id), &end, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            state.withLock { state in
                while waitpid(id, nil, 0) < 0, errno == EINTR {}
                state.hasEnded = true
            }
            ended.signal()
        }
    }

    /// What the server says goes to the end of the file `log`; it inherits the file `lock`. Throws where it cannot be started.
    init(_ name: String, _ program: ServerProgram, options: [String], log: String, lock: Int32) throws {
        self.name = name
        var words = [program.executable] + program.arguments + options
        if let setpriv = ServerProgram.search("setpriv") { words = [setpriv, "--pdeathsig", "KILL", "--"] + words }
        let life = Life()
        self.life = life
        thread = Mutex(WorkerThread(name: "server") { [words] in life.run(words, log: log, lock: lock) })
        life.started.wait()
        let failure = life.state.withLock { $0.failure }
        guard failure == 0 else {
            join()
            throw PeerError(library: name, operation: "start", message: describe(errno: failure))
        }
    }

    deinit { kill() }

    var id: Int { Int(life.state.withLock { $0.id }) }
    var hasEnded: Bool { life.state.withLock { $0.hasEnded } }

    private func join() {
        let ending = thread.withLock { thread -> WorkerThread? in
            defer { thread = nil }
            return thread
        }
        ending?.join()
    }

    /// `number` to the whole group or to the server alone, if it still runs.
    private func signal(_ number: Int32, toGroup: Bool) {
        life.state.withLock { state in
            guard !state.hasEnded else { return }
            // The group is there before the program is, as posix_spawn returns when the child has become it.
            _ = Glibc.kill(toGroup ? -state.id : state.id, number)
        }
    }

    /// SIGKILL, and returns when the process is gone. Idempotent.
    func kill() {
        signal(SIGKILL, toGroup: true)
        join()
    }

    /// SIGTERM, and returns when the process is gone. Throws where it takes longer than `patience`, and kills it then.
    func terminate(patience: Duration) throws {
        signal(SIGTERM, toGroup: false)
        let milliseconds = Int(patience / .milliseconds(1))
        let isDone = hasEnded || life.ended.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
        kill()
        guard isDone else {
            throw PeerError(library: name, operation: "stop", message: "still there \(patience) after SIGTERM; killed")
        }
    }

    private static func spawn(_ words: [String], log: String, lock: Int32) -> (id: pid_t, failure: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // A copy of the descriptor that stays open in the new program.
        posix_spawn_file_actions_adddup2(&actions, lock, inheritedLock)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Threads of a pool have signals blocked and handlers ignore some: a server must hear them all.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        defer { for text in arguments { free(text) } }
        arguments.append(nil)
        var id: pid_t = 0
        let code = posix_spawn(&id, words[0], &actions, &attributes, arguments, environ)
        return (id, code)
    }

    /// The descriptor that the server has its lock on: out of the way of the first ones that a program opens.
    private static let inheritedLock: Int32 = 100
}
