import Glibc

/// A server's executable, and what makes it listen to the options that follow.
package struct ServerProgram: Sendable, Hashable {
    /// Absolute.
    package var executable: String
    /// Before the options: subcommands.
    package var arguments: [String]

    package init(executable: String, arguments: [String] = []) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The environment variable that names another executable for the server of this tool than the one that runs.
    package static let override = "STRATA_EXECUTABLE"

    /// The running tool's own server. Throws `SystemUnsupported` where the program is not there.
    static func ownRedis() throws(SystemUnsupported) -> ServerProgram {
        let chosen = getenv(override).map { String(cString: $0) }
        // Resolved here: in the child, /proc/self would be another process.
        guard let path = resolved(chosen ?? "/proc/self/exe") else {
            throw SystemUnsupported(reason: "no executable \(chosen ?? "of this process")")
        }
        // Whoever else uses this library, as a program of tests does, has no such subcommand.
        guard chosen != nil || path.hasSuffix("/strata") else {
            throw SystemUnsupported(reason: "\(path) is not strata; set \(override) to the one that is to serve")
        }
        return ServerProgram(executable: path, arguments: ["serve", "redis"])
    }

    /// The first `name` on PATH. Throws `SystemUnsupported`, which names Debian's package, where there is none.
    package static func onPath(_ name: String, package: String) throws(SystemUnsupported) -> ServerProgram {
        guard let path = search(name) else {
            throw SystemUnsupported(reason: "no \(name) on PATH: install \(package) (apt-get install \(package))")
        }
        return ServerProgram(executable: path)
    }

    /// The first executable `name` on PATH.
    static func search(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in path.split(separator: ":") {
            let file = "\(folder)/\(name)"
            if access(file, X_OK) == 0, let resolved = resolved(file) { return resolved }
        }
        return nil
    }

    /// Only what the child would find elsewhere is resolved: a relative path, and /proc. Another link stays, because a program
    /// may take its role from its name (Debian's redis-server is a link to redis-check-rdb).
    private static func resolved(_ path: String) -> String? {
        guard access(path, X_OK) == 0 else { return nil }
        guard path.hasPrefix("/proc/") || !path.hasPrefix("/") else { return path }
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }
}
