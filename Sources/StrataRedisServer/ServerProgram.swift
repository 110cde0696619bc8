import Glibc
import NIOCore
import StrataRESP

/// The program `redis-server`: from its arguments to its exit status. What executes requests is given by the caller.
package struct ServerProgram {
    /// What the caller makes of the settings that are not the front end's.
    package struct Engine {
        package var executor: any RequestExecutor
        /// Loads what was kept, on the loop, before connections are accepted; what prevents that, as the log's last
        /// line, ends the program.
        package var load: @Sendable () throws -> Void
        /// Told the server before it starts: to release tickets, and for CONFIG SET.
        package var attach: (RedisServer) -> Void

        package init(
            executor: any RequestExecutor, attach: @escaping (RedisServer) -> Void = { _ in },
            load: @escaping @Sendable () throws -> Void = {}
        ) {
            self.executor = executor
            self.attach = attach
            self.load = load
        }
    }

    /// What `--version` says: "Redis server v=7.0.15 ..."; the suite and clients read the number.
    package var versionText: String
    /// The version that is kept to, for the first lines of the log.
    package var redisVersion: String
    package var makeEngine: (_ config: ConfigFile, _ log: ServerLog) throws -> Engine
    /// Settings that `makeEngine` knows. Others, but for the front end's, are warned of.
    package var knows: (_ name: String) -> Bool

    package init(
        versionText: String, redisVersion: String, knows: @escaping (_ name: String) -> Bool,
        makeEngine: @escaping (_ config: ConfigFile, _ log: ServerLog) throws -> Engine
    ) {
        self.versionText = versionText
        self.redisVersion = redisVersion
        self.knows = knows
        self.makeEngine = makeEngine
    }

    /// Runs until it is told to end. Returns the exit status: 0, or 1 for whatever prevented the start.
    package func run(_ words: [String]) -> Int32 {
        switch ServerArguments(words) {
        case .version:
            Self.print(versionText)
            return 0
        case .help:
            Self.print(ServerArguments.usage)
            return 0
        case .wrong(let reason):
            Self.print("\(reason)\n\(ServerArguments.usage)", to: STDERR_FILENO)
            return 1
        case .run(let file, let options):
            do throws(ConfigFile.Failure) {
                return serve(try ServerArguments.read(file: file, options: options))
            } catch {
                Self.print(error.description, to: STDERR_FILENO)
                return 1
            }
        }
    }

    private func serve(_ config: ConfigFile) -> Int32 {
        var settings = ServerSettings()
        var unknown: [ConfigFile.Entry] = []
        for entry in config.entries {
            do throws(ServerSettings.Refusal) {
                if try !settings.set(entry.name, entry.values), !knows(entry.name), !Self.own.contains(entry.name) {
                    unknown.append(entry)
                }
            } catch {
                let line = ([entry.name] + entry.values).joined(separator: " ")
                Self.print(
                    ConfigFile.Failure(origin: entry.origin, line: line, reason: error.reason).description,
                    to: STDERR_FILENO)
                return 1
            }
        }
        settings.refusesRemote =
            config.lastText("protected-mode") != "no" && (config.lastText("requirepass") ?? "").isEmpty
        if let directory = config.lastText("dir"), chdir(directory) != 0 {
            Self.print("Can't chdir to '\(directory)': \(String(cString: strerror(errno)))", to: STDERR_FILENO)
            return 1
        }
        let level = ServerLog.Level(name: config.lastText("loglevel") ?? "notice") ?? .notice
        guard let log = ServerLog(level: level, file: config.lastText("logfile")) else {
            Self.print("Can't open the log file: \(String(cString: strerror(errno)))", to: STDERR_FILENO)
            return 1
        }
        if config.lastText("daemonize") == "yes" {
            log.write(.warning, "daemonize is passed over: this server stays in the foreground")
        }
        for entry in unknown {
            log.write(.warning, "Unknown setting '\(entry.name)' at \(entry.origin) is passed over")
        }
        return serve(config, settings, log)
    }

    private func serve(_ config: ConfigFile, _ settings: ServerSettings, _ log: ServerLog) -> Int32 {
        log.write(
            .warning,
            "Strata, a server of Redis' protocol, version \(redisVersion), bits=64, pid=\(getpid()), just started")
        if config.lastText("always-show-logo") == "yes" {
            log.raw(
                "\n     Strata (Redis \(redisVersion)) 64 bit\n     Running in standalone mode\n     Port: \(settings.port)\n     PID: \(getpid())\n\n"
            )
        }
        let stop = StopRequest()
        TerminationSignals.handle { signal in
            log.write(.warning, "Received \(signal == SIGINT ? "SIGINT" : "SIGTERM") scheduling shutdown...")
            stop.request()
        }
        do {
            let engine = try makeEngine(config, log)
            let server = RedisServer(settings: settings, executor: engine.executor, log: log)
            engine.attach(server)
            do throws(ListenFailure) {
                try server.bind()
            } catch {
                if error.port != nil { log.write(.warning, "Warning: \(error)") }
                log.write(.warning, error.port.map { "Failed listening on port \($0) (TCP), aborting." } ?? "\(error)")
                return 1
            }
            log.write(.notice, "Server initialized")
            try server.loop.submit(engine.load).wait()
            server.accept()
            log.write(.notice, "Ready to accept connections")
            stop.serve(server)
            let pidFile = config.lastText("pidfile")
            Self.writeProcessFile(pidFile, log)
            defer { if let pidFile, !pidFile.isEmpty { unlink(pidFile) } }
            return server.wait()
        } catch let failure as ConfigFile.Failure {
            Self.print(failure.description, to: STDERR_FILENO)
            return 1
        } catch {
            log.write(.warning, "\(error)")
            return 1
        }
    }

    /// Names the process in a file, as long as it runs.
    private static func writeProcessFile(_ path: String?, _ log: ServerLog) {
        guard let path, !path.isEmpty else { return }
        guard let file = fopen(path, "w") else {
            log.write(.warning, "Failed to write PID file \(path): \(String(cString: strerror(errno)))")
            return
        }
        fputs("\(getpid())\n", file)
        fclose(file)
    }

    /// Settings that the program itself takes, or that ask for nothing in a server that stays in the foreground.
    private static let own: Set<String> = [
        "dir", "loglevel", "logfile", "always-show-logo", "protected-mode", "requirepass", "daemonize", "pidfile",
        "supervised", "set-proc-title",
        "proc-title-template", "syslog-enabled",
    ]

    private static func print(_ text: String, to descriptor: CInt = STDOUT_FILENO) {
        var text = text + "\n"
        text.withUTF8 { bytes in
            // Nowhere else to say that it failed.
            _ = write(descriptor, bytes.baseAddress, bytes.count)
        }
    }
}
