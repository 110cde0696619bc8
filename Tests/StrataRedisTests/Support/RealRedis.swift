import Foundation
import StrataRESP
import StrataTesting

/// A real redis-server of Debian's, on a unix socket in a directory of its own; it ends with this object.
final class RealRedis {
    private let process = Process()
    let directory: TemporaryDirectory
    let connection: RedisConnection

    static func executable(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// nil, after saying so, where there is none.
    convenience init?(_ options: String..., test: String = #function) throws {
        try self.init(options, test: test)
    }

    init?(_ options: [String], in directory: TemporaryDirectory? = nil, test: String = #function) throws {
        guard let executable = Self.executable("redis-server") else {
            skip("no redis-server on PATH", test: test)
            return nil
        }
        let directory = try directory ?? TemporaryDirectory("redis")
        self.directory = directory
        let socket = directory.file("s")
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments =
            [
                "--port", "0", "--unixsocket", socket, "--dir", directory.path, "--save", "", "--daemonize", "no",
                "--enable-debug-command", "yes",
            ] + options
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let deadline = Date().addingTimeInterval(30)
        while true {
            if let ready = try? RedisConnection(path: socket), case .simple? = try? ready.command("PING") {
                connection = ready
                return
            }
            guard Date() < deadline, process.isRunning else {
                process.terminate()
                throw RedisConnection.Failure(description: "redis-server did not start")
            }
            usleep(20_000)
        }
    }

    func command(_ words: String...) throws -> Reply { try connection.command(words.map { Array($0.utf8) }) }
    func command(_ words: [[UInt8]]) throws -> Reply { try connection.command(words) }

    /// A second connection.
    func connect() throws -> RedisConnection { try RedisConnection(path: directory.file("s")) }

    /// Ends it in good order, and waits. By a command: threads of a pool block SIGTERM, and the server inherits that.
    func stop() {
        guard process.isRunning else { return }
        _ = try? connection.command("SHUTDOWN")
        let deadline = Date().addingTimeInterval(20)
        while process.isRunning, Date() < deadline { usleep(2_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
