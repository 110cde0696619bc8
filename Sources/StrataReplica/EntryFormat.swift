import StrataDisk

// EntryFormat.swift: one ordered command as an entry of a log, little-endian, version 1.
//
//  kind (of the entry)   payload: byte 0            8
//       +---------+               +-----------------+------------------------------+
//       | 1       |               | time            | command: the machine's bytes |
//       +---------+               +-----------------+------------------------------+
//
// 1. `time` is in milliseconds since 1970, taken when the command was ordered. It never decreases from entry to entry, whatever
//    the machine's clock does: a state machine may subtract two of them.
// 2. The log keeps index, length and checksum; nothing here repeats them.
// 3. Another kind is of a newer version, and the log is not replayed past it.

/// Names and numbers of the entry format; the drawing opens this file.
package enum EntryFormat {
    package static let command: UInt8 = 1
    package static let headerSize = 8

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

    /// Takes an entry apart. `index` and `place` are for messages.
    package static func decode<R>(
        kind: UInt8, _ payload: RawSpan, index: UInt64, place: String,
        _ body: (_ time: UInt64, _ command: RawSpan) throws(StorageError) -> R
    ) throws(StorageError) -> R {
        guard kind == command else {
            throw .init(
                kind: .corrupt(field: "kind of entry \(index)", expected: "\(command)", found: "\(kind)"), file: place,
                remedy: "a newer version may have written it")
        }
        guard payload.byteCount >= headerSize else {
            throw .init(
                kind: .corrupt(
                    field: "length of entry \(index)", expected: "at least \(headerSize)",
                    found: "\(payload.byteCount)"), file: place)
        }
        let time = payload.unsafeLoadUnaligned(as: UInt64.self)
        return try body(UInt64(littleEndian: time), payload.extracting(headerSize..<payload.byteCount))
    }
}
