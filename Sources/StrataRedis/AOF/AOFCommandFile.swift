import StrataDisk
import StrataRESP

/// Writes commands to a file of their own: a base without a dump.
package final class AOFCommandFile {
    private let file: any File
    private let buffer = IOBuffer(capacity: 1 << 20)
    private var position: UInt64 = 0
    private static let chunk = 1 << 20

    /// Begins at the start of `file`, which is new and stays the caller's.
    package init(_ file: any File) { self.file = file }

    /// A command of `count` words, each of them given to `add` next.
    @inline(__always)
    package func begin(_ count: Int) throws(StorageError) {
        if buffer.count >= Self.chunk { try flush() }
        line(UInt8(ascii: "*"), count)
    }

    @inline(__always)
    package func add(_ word: Bytes) {
        line(UInt8(ascii: "$"), word.count)
        buffer.append(word.buffer.bytes)
        end()
    }

    package func add(_ word: String) {
        var word = word
        word.withUTF8 { add(Bytes(UnsafeRawBufferPointer($0))) }
    }

    private func line(_ kind: UInt8, _ value: Int) {
        buffer.append(littleEndian: kind)
        buffer.append(decimal: Int64(value))
        end()
    }

    private func end() { buffer.append(littleEndian: UInt16(0x0A0D)) }

    private func flush() throws(StorageError) {
        try buffer.withBytes { (bytes) throws(StorageError) in try file.write(bytes, at: position) }
        position += UInt64(buffer.count)
        buffer.removeAll()
    }

    /// Durable on return. - Returns: bytes.
    package func finish() throws(StorageError) -> UInt64 {
        if !buffer.isEmpty { try flush() }
        try file.sync()
        return position
    }
}
