import StrataDisk
import StrataRESP

/// Reads commands out of an append-only file, by large reads, and knows up to where it is whole.
package final class AOFReader {
    package enum Step {
        /// `arguments` hold it until the next step.
        case command
        /// A `#TS:` line, in seconds since 1970.
        case timestamp(Int64)
        /// Another line that begins with `#`.
        case annotation
        /// The end of the file, behind a whole command.
        case end
        /// The end of the file inside a command.
        case truncated
        /// No command at `offset`.
        case malformed
    }

    package let arguments = Arguments()
    let file: any File
    private var parser = RequestParser()
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var limit = 0
    private var filled: UInt64
    private let end: UInt64
    /// Where MULTI began, while EXEC has not come.
    private var multi: UInt64?
    package private(set) var commands: UInt64 = 0
    /// Told the offset after each read of the file.
    package var onProgress: ((UInt64) -> Void)?

    private static let chunk = 1 << 20

    /// The commands of `file` from `offset` on. The file stays the caller's.
    package init(_ file: any File, from offset: UInt64 = 0) throws(StorageError) {
        self.file = file
        end = try file.size()
        filled = min(offset, end)
        validEnd = filled
        capacity = Int(min(UInt64(Self.chunk), max(end - filled, 64)))
        base = .allocate(byteCount: capacity, alignment: 64)
        // The length of what is in the file is known: no other limit is needed.
        parser.limits.bulk = Int.max / 4
    }

    deinit { base.deallocate() }

    /// Bytes from the file's start to the next command.
    package var offset: UInt64 { filled - UInt64(limit - start) }
    package var size: UInt64 { end }
    /// Where the last command begins.
    package private(set) var commandStart: UInt64 = 0
    /// Up to here are whole commands, and no MULTI without its EXEC.
    package private(set) var validEnd: UInt64
    package var isInsideMulti: Bool { multi != nil }

    package func next() throws(StorageError) -> Step {
        while true {
            if start == limit {
                guard try fill(1) else { return multi == nil ? .end : .truncated }
            }
            switch base.load(fromByteOffset: start, as: UInt8.self) {
            case UInt8(ascii: "*"): return try command()
            case UInt8(ascii: "#"): return try annotation()
            default: return .malformed
            }
        }
    }

    private func command() throws(StorageError) -> Step {
        while true {
            switch parser.next(in: Bytes(base + start, limit - start), into: arguments) {
            case .request(let size):
                guard arguments.count > 0 else { return .malformed }
                let began = offset
                commandStart = began
                start += size
                commands += 1
                track(began)
                return .command
            case .incomplete(let missing):
                guard try fill(limit - start + missing) else { return .truncated }
            case .malformed:
                return .malformed
            }
        }
    }

    private func track(_ began: UInt64) {
        let name = arguments[0]
        if name.count == 5, name.isWord("multi") {
            multi = multi ?? began
        } else if name.count == 4, name.isWord("exec") {
            multi = nil
        } else if name.count == 7, name.isWord("discard") {
            multi = nil
        }
        if multi == nil { validEnd = offset }
    }

    private func annotation() throws(StorageError) -> Step {
        var length = 0
        while true {
            if start + length == limit {
                guard try fill(length + 1) else { return .truncated }
            }
            length += 1
            if base.load(fromByteOffset: start + length - 1, as: UInt8.self) == 10 { break }
            if length >= AOFFormat.longestAnnotation { return .malformed }
        }
        let line = Bytes(base + start, length)
        start += length
        if multi == nil { validEnd = offset }
        let prefix = AOFFormat.timestampPrefix.utf8.count
        guard line.count > prefix + 2, line[0..<prefix].text == AOFFormat.timestampPrefix,
            let seconds = line[prefix..<line.count - 2].integer
        else { return .annotation }
        return .timestamp(seconds)
    }

    /// Makes at least `count` bytes from the next command on available; false where the file has fewer.
    private func fill(_ count: Int) throws(StorageError) -> Bool {
        guard UInt64(count) <= end - offset else { return false }
        let left = limit - start
        if count > capacity {
            // Doubled, so that an argument list of unknown size costs no more than twice its bytes.
            let needed = max(count, Int(min(UInt64(2 * capacity), end - offset)))
            let other = UnsafeMutableRawPointer.allocate(byteCount: needed, alignment: 64)
            other.copyMemory(from: base + start, byteCount: left)
            base.deallocate()
            base = other
            capacity = needed
        } else {
            base.copyMemory(from: base + start, byteCount: left)
        }
        start = 0
        limit = left
        while limit < count {
            var span = UnsafeMutableRawBufferPointer(start: base + limit, count: capacity - limit).mutableBytes
            let got = try file.read(into: &span, at: filled)
            guard got > 0 else { return false }
            let used = Int(min(UInt64(got), end - filled))
            limit += used
            filled += UInt64(used)
        }
        onProgress?(offset)
        return true
    }
}
