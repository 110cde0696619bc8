import StrataCodec
import StrataDisk
import StrataRESP

/// Writes a dump to a file: what an encoder has gathered goes there by large writes, and into the checksum.
package final class RDBWriter {
    package struct Options: Sendable {
        /// `rdbcompression`.
        package var compresses = true
        /// `rdbchecksum`; without, the footer is zeros.
        package var checksums = true
        /// Names and values of the head, in order.
        package var auxiliary: [(name: String, value: String)] = []

        package init() {}

        /// What Redis 7.0 writes: its version, word size, time, memory in use; `aof-base` is 1 in the base of an AOF.
        package static func standard(unixSeconds: Int64, usedMemory: Int, isBase: Bool = false) -> Options {
            var options = Options()
            options.auxiliary = [
                ("redis-ver", "7.0.15"), ("redis-bits", "64"), ("ctime", "\(unixSeconds)"),
                ("used-mem", "\(usedMemory)"), ("aof-base", isBase ? "1" : "0"),
            ]
            return options
        }
    }

    /// Where records are appended; call `flushIfFull` now and then.
    package let encoder: RDBEncoder
    private let file: any File
    private let options: Options
    private var position: UInt64 = 0
    private var checksum: UInt64 = 0
    /// Bytes gathered before they are written: 1 MiB makes the calls' own price vanish.
    private static let chunk = 1 << 20

    /// Begins a dump at the start of `file`, which is new and stays the caller's.
    package init(_ file: any File, options: Options) {
        self.file = file
        self.options = options
        encoder = RDBEncoder(buffer: IOBuffer(capacity: Self.chunk + (64 << 10)), compresses: options.compresses)
        encoder.header()
        for (name, value) in options.auxiliary { encoder.auxiliary(name, value) }
    }

    /// Bytes so far.
    package var size: UInt64 { position + UInt64(encoder.buffer.count) }

    @inline(__always)
    package func flushIfFull() throws(StorageError) {
        if encoder.buffer.count >= Self.chunk { try flush() }
    }

    /// Whole records that were encoded elsewhere.
    package func records(_ bytes: Bytes) throws(StorageError) {
        encoder.raw(bytes)
        try flushIfFull()
    }

    private func flush() throws(StorageError) {
        let bytes = encoder.bytes
        if options.checksums { checksum = CRC64.checksum(bytes.buffer.bytes, seed: checksum) }
        try file.write(bytes.buffer.bytes, at: position)
        position += UInt64(bytes.count)
        encoder.buffer.removeAll()
    }

    /// Writes the end and makes the file durable; returns its size.
    @discardableResult
    package func finish() throws(StorageError) -> UInt64 {
        encoder.byte(RDBFormat.Opcode.end)
        try flush()
        encoder.buffer.append(littleEndian: checksum)
        try file.write(encoder.bytes.buffer.bytes, at: position)
        position += UInt64(encoder.buffer.count)
        encoder.buffer.removeAll()
        try file.sync()
        return position
    }
}
