import StrataDisk

/// Why an append-only file cannot be loaded.
package enum AOFError: Error, Sendable {
    case storage(StorageError)
    case manifest(AOFManifestError, file: String)
    /// The manifest names a file that is not there.
    case missing(file: String)
    /// Ends inside a command or inside MULTI, and that is not allowed, or not there.
    case truncated(file: String, at: UInt64, isLast: Bool)
    /// Bytes that are no command.
    case format(file: String, at: UInt64)
    case unknownCommand(String, file: String)
    /// The dump at the beginning.
    case preamble(StorageError, file: String)

    /// The lines that Redis 7.0 logs, the last of which tells what it is.
    package var logLines: [String] {
        let repair = "use ./redis-check-aof --fix <filename.manifest>"
        switch self {
        case .storage(let error): return ["\(error)"]
        case .manifest(let error, _):
            var lines = ["\n*** FATAL AOF MANIFEST FILE ERROR ***"]
            if error.line > 0 {
                lines += ["Reading the manifest file, at line \(error.line)", ">>> '\(error.text)'"]
            }
            return lines + [error.reason.rawValue]
        case .missing(let file):
            return ["Unable to obtain the AOF file \(file) length. stat: No such file or directory"]
        case .truncated(_, _, isLast: false): return ["Fatal error: the truncated file is not the last file"]
        case .truncated:
            return [
                "Unexpected end of file reading the append only file. You can: 1) Make a backup of your AOF file, then "
                    + "\(repair). 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and "
                    + "restart the server."
            ]
        case .format:
            return ["Bad file format reading the append only file: make a backup of your AOF file, then \(repair)"]
        case .unknownCommand(let name, let file):
            return ["Unknown command '\(name)' reading the append only file \(file)"]
        case .preamble(let error, let file):
            return ["\(error)", "Error reading the RDB preamble of the AOF file \(file), AOF loading aborted"]
        }
    }
}

extension AOFError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .storage(let error): "\(error)"
        case .manifest(let error, let file): "\(file) line \(error.line): \(error.reason.rawValue)"
        case .missing(let file): "\(file) is named by the manifest and missing"
        case .truncated(let file, let at, let isLast):
            "\(file) ends inside a command or MULTI, whole up to byte \(at)" + (isLast ? "" : ", and others follow it")
        case .format(let file, let at): "\(file) at byte \(at): no command"
        case .unknownCommand(let name, let file): "\(file): unknown command '\(name)'"
        case .preamble(let error, let file): "\(file), its dump: \(error)"
        }
    }
}
