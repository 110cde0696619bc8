import Glibc
import StrataDisk
import StrataLab

/// Standard input, line by line, for a shell that can be interrupted while it waits.
final class InputLines {
    private let stop: StopFlag
    private var chunk: [UInt8] = []
    private var place = 0
    private var isAtEnd = false
    /// Of the line that `next` returned last, from 1.
    private(set) var number = 0

    init(stop: StopFlag) { self.stop = stop }

    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// The next line without its line feed; nil at the end, and once the tool is to stop. `idle` is called while nothing comes,
    /// some ten times a second.
    func next(idle: () throws -> Void = {}) throws -> [UInt8]? {
        var line: [UInt8] = []
        var hasAny = false
        while true {
            if place < chunk.count {
                hasAny = true
                if let end = chunk[place...].firstIndex(of: UInt8(ascii: "\n")) {
                    line += chunk[place..<end]
                    place = end + 1
                    number += 1
                    return line
                }
                line += chunk[place...]
            }
            guard try refill(idle) else {
                if hasAny, !stop.isRaised { number += 1 }
                return hasAny && !stop.isRaised ? line : nil
            }
        }
    }

    /// Everything up to the end, but no more than `limit` bytes and one.
    func rest(limit: Int) throws -> [UInt8] {
        var bytes = Array(chunk[place...])
        place = chunk.count
        while bytes.count <= limit, try refill({}) {
            bytes += chunk
            place = chunk.count
        }
        return Array(bytes.prefix(limit + 1))
    }

    /// False at the end.
    private func refill(_ idle: () throws -> Void) throws -> Bool {
        if isAtEnd { return false }
        while !stop.isRaised {
            var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            switch poll(&ready, 1, 100) {
            case 0: try idle()
            case ..<0: if errno != EINTR { throw failed("poll") }
            default:
                var bytes = [UInt8](repeating: 0, count: 64 << 10)
                let count = bytes.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
                if count < 0 {
                    if errno == EINTR || errno == EAGAIN { continue }
                    throw failed("read")
                }
                isAtEnd = count == 0
                chunk = Array(bytes.prefix(count))
                place = 0
                return count > 0
            }
        }
        return false
    }

    private func failed(_ call: String) -> StorageError {
        StorageError(kind: .io(call: call, errno: errno), file: "standard input")
    }
}
