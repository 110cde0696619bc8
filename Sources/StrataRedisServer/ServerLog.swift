import Glibc

/// The server's log, in Redis' layout: "123:M 22 Nov 2026 22:10:15.123 * text". To standard output where no file is
/// named. Used by any thread: a line is one
/// write.
package final class ServerLog: Sendable {
    package enum Level: Int, Sendable {
        case debug, verbose, notice, warning

        /// As `loglevel` names it.
        package init?(name: String) {
            switch name.lowercased() {
            case "debug": self = .debug
            case "verbose": self = .verbose
            case "notice": self = .notice
            case "warning": self = .warning
            default: return nil
            }
        }

        var mark: String { [".", "-", "*", "#"][rawValue] }
    }

    private let level: Level
    private let descriptor: CInt
    private let ownsDescriptor: Bool

    /// - Parameter file: appended to; nil or empty: standard output. Where it cannot be opened: nil.
    package init?(level: Level, file: String? = nil) {
        self.level = level
        if let file, !file.isEmpty {
            let opened = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
            guard opened >= 0 else { return nil }
            descriptor = opened
            ownsDescriptor = true
        } else {
            descriptor = STDOUT_FILENO
            ownsDescriptor = false
        }
    }

    deinit { if ownsDescriptor { _ = Glibc.close(descriptor) } }

    package func write(_ level: Level, _ text: @autoclosure () -> String) {
        guard level.rawValue >= self.level.rawValue else { return }
        raw("\(getpid()):M \(Self.time()) \(level.mark) \(text())\n")
    }

    /// As it is.
    package func raw(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // A log that cannot be written to has nowhere to say so.
            _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
    }

    private static func time() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        localtime_r(&now.tv_sec, &parts)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func digits(_ value: some BinaryInteger, _ width: Int) -> String {
            let text = "\(value)"
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(digits(parts.tm_mday, 2)) \(months[Int(parts.tm_mon)]) \(1900 + Int(parts.tm_year)) "
            + "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2)).\(digits(now.tv_nsec / 1_000_000, 3))"
    }
}
