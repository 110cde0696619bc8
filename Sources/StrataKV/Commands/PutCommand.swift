import StrataCodec

/// A put as it lies in a command's bytes: where key and value are, without a copy of them.
struct PutCommand {
    var flags: UInt8
    var key: Range<Int>
    var value: Range<Int>
    var lease: Int64

    /// Reads the fields after the kind.
    @inline(__always)
    init(_ reader: inout ByteReader, from bytes: RawSpan) throws(CodecError) {
        flags = try reader.read(UInt8.self, from: bytes)
        guard flags & ~CommandFormat.Flag.ofPut == 0 else { throw .malformed("flags \(flags) of a put") }
        key = try reader.skipBytes(in: bytes)
        lease = 0
        if flags & CommandFormat.Flag.lease != 0 { lease = try reader.read(Int64.self, from: bytes) }
        value = try reader.skipBytes(in: bytes)
    }

    @inline(__always)
    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    /// With copies of key and value.
    func request(_ bytes: RawSpan) -> PutRequest {
        PutRequest(
            key: bytes.copy(key), value: bytes.copy(value), lease: lease, prevKV: has(CommandFormat.Flag.prevKV),
            ignoreValue: has(CommandFormat.Flag.ignoreValue), ignoreLease: has(CommandFormat.Flag.ignoreLease))
    }
}

extension ByteReader {
    /// Steps over a size and so many bytes, and returns where they are.
    @inline(__always)
    mutating func skipBytes(in bytes: RawSpan) throws(CodecError) -> Range<Int> {
        let size = try readVarint(from: bytes)
        guard size <= UInt64(remaining(in: bytes)) else { throw .truncated }
        return try skip(Int(size), in: bytes)
    }
}

extension RawSpan {
    @inline(__always)
    func copy(_ range: Range<Int>) -> [UInt8] { extracting(range).withUnsafeBytes { Array($0) } }

    @inline(__always)
    func copy() -> [UInt8] { withUnsafeBytes { Array($0) } }
}
