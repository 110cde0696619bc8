import StrataDisk

// EntryFormat.swift: one ordered command as an entry of a log, little-endian, version 2.
//
//  kind (of the entry)   payload: byte 0            8
//       +---------+               +-----------------+------------------------------+
//       | 1       |               | time            | command: the machine's bytes |
//       +---------+               +-----------------+------------------------------+------------------+------+
//       | 2       |               | time            | command: the machine's bytes | outcome, n bytes | n, 1 |
//       +---------+               +-----------------+------------------------------+------------------+------+
//
// 1. `time` is in milliseconds since 1970, taken when the command was ordered. It never decreases from entry to entry, whatever
//    the machine's clock does: a state machine may subtract two of them.
// 2. The outcome is what the command found in the machine when it was applied first, in bytes of the machine's own. It follows from the
//    entries before, so a replay may use it in the place of looking again, or leave it.
// 3. The log keeps index, length and checksum; nothing here repeats them.
// 4. Another kind is of a newer version, and the log is not replayed past it.

/// Names and numbers of the entry format; the drawing opens this file.
package enum EntryFormat {
    package static let command: UInt8 = 1
    package static let commandWithOutcome: UInt8 = 2
    package static let headerSize = 8
    /// Bytes of the longest outcome: one byte counts them.
    package static let maximumOutcome = 255

    @inline(__always)
    static func encode(time: UInt64, _ command: (IOBuffer) -> Void, into buffer: IOBuffer) {
        buffer.removeAll()
        buffer.append(littleEndian: time)
        command(buffer)
    }

    @inline(__always)
    static func withCommand<R>(
        of entry: IOBuffer, _ body: (RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        try entry.withBytes(in: headerSize..<entry.count) { (command) throws(StorageError) in try body(command) }
    }

    /// Appends the outcome that `append` gives, if it gives one, and returns the kind of the whole.
    @inline(__always)
    static func finish(_ entry: IOBuffer, outcome append: (IOBuffer) -> Void) -> UInt8 {
        let end = entry.count
        append(entry)
        let size = entry.count - end
        if size == 0 { return command }
        precondition(size > 0 && size <= maximumOutcome, "an outcome has at most \(maximumOutcome) bytes")
        entry.append(littleEndian: UInt8(size))
        return commandWithOutcome
    }

    /// Takes an entry apart. `index` and `place` are for messages.
    package static func decode<R>(
        kind: UInt8, _ payload: RawSpan, index: UInt64, place: String,
        _ body: (_ time: UInt64, _ command: RawSpan, _ outcome: RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        guard kind == command || kind == commandWithOutcome else {
            throw .init(
                kind: .corrupt(field: "kind of entry \(index)", expected: "\(command) or \(commandWithOutcome)", found: "\(kind)"),
                file: place,
                remedy: "a newer version may have written it")
        }
        guard payload.byteCount >= headerSize else {
            throw .init(
                kind: .corrupt(
                    field: "length of entry \(index)", expected: "at least \(headerSize)",
                    found: "\(payload.byteCount)"), file: place)
        }
        let time = UInt64(littleEndian: payload.unsafeLoadUnaligned(as: UInt64.self))
        var end = payload.byteCount
        guard kind == commandWithOutcome else {
            return try body(time, payload.extracting(headerSize..<end), payload.extracting(end..<end))
        }
        end -= 1
        let size = end < headerSize ? 0 : Int(payload.unsafeLoad(fromByteOffset: end, as: UInt8.self))
        guard end - size >= headerSize else {
            throw .init(
                kind: .corrupt(
                    field: "outcome of entry \(index)", expected: "at most \(max(0, end - headerSize)) bytes",
                    found: "\(size)"), file: place)
        }
        return try body(time, payload.extracting(headerSize..<end - size), payload.extracting(end - size..<end))
    }
}
