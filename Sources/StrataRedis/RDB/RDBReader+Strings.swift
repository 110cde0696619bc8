import StrataCodec
import StrataDisk
import StrataRESP

/// Lengths and strings.
extension RDBReader {
    /// Copied, so that it outlives the next reads.
    func hold(_ bytes: Bytes, in buffer: IOBuffer) -> Bytes {
        buffer.removeAll()
        buffer.append(bytes.buffer.bytes)
        return Bytes(buffer.base, bytes.count)
    }

    /// A length; the encodings of strings are none.
    func length(_ field: String) throws(StorageError) -> UInt64 {
        let (value, isEncoding) = try lengthOrEncoding()
        guard !isEncoding else {
            throw input.corrupt(field, expected: "a length", found: "string encoding \(value)")
        }
        return value
    }

    @inline(__always)
    private func lengthOrEncoding() throws(StorageError) -> (UInt64, isEncoding: Bool) {
        let first = try input.byte()
        switch first >> 6 {
        case 0: return (UInt64(first & 63), false)
        case 1: return (UInt64(first & 63) << 8 | UInt64(try input.byte()), false)
        case 2:
            if first == 0x80 { return (UInt64(try input.integer(UInt32.self).byteSwapped), false) }
            if first == 0x81 { return (try input.integer(UInt64.self).byteSwapped, false) }
            throw input.corrupt("length", expected: "0x80 or 0x81", found: "\(first)")
        default: return (UInt64(first & 63), true)
        }
    }

    /// Lent until the next read.
    func string() throws(StorageError) -> Bytes {
        let (value, isEncoding) = try lengthOrEncoding()
        if !isEncoding { return try input.take(try input.checked(value, "string length")) }
        switch value {
        case RDBFormat.StringEncoding.int8: return decimal(Int64(try input.integer(Int8.self)))
        case RDBFormat.StringEncoding.int16: return decimal(Int64(try input.integer(Int16.self)))
        case RDBFormat.StringEncoding.int32: return decimal(Int64(try input.integer(Int32.self)))
        case RDBFormat.StringEncoding.lzf: return try packedString()
        default: throw input.corrupt("string encoding", expected: "0 to 3", found: "\(value)")
        }
    }

    private func decimal(_ value: Int64) -> Bytes {
        digits.removeAll()
        digits.append(decimal: value)
        return Bytes(digits.base, digits.count)
    }

    private func packedString() throws(StorageError) -> Bytes {
        let stored = try input.checked(try length("packed length"), "packed length")
        let size = try length("unpacked length")
        // The bound of rule 2: LZF cannot have made more of so few bytes.
        guard size > 0, size <= UInt64(stored) * UInt64(RDBFormat.lzfLargestRatio) else {
            throw input.corrupt(
                "unpacked length", expected: "1 to \(stored * RDBFormat.lzfLargestRatio)", found: "\(size)")
        }
        let source = try input.take(try input.checked(UInt64(stored), "packed length"))
        unpacked.removeAll()
        do {
            try unpacked.appendInPlace(atMost: Int(size)) { (target) throws(CodecError) -> Int in
                try LZF.decompress(source.buffer.bytes, into: target)
                return target.count
            }
        } catch {
            throw input.corrupt("packed string", expected: "LZF of \(size) bytes", found: "\(error)")
        }
        return Bytes(unpacked.base, Int(size))
    }
}

extension IOBuffer {
    /// In decimal, with a minus where it is negative.
    package func append(decimal value: Int64) {
        appendInPlace(atMost: 20) { room -> Int in
            var at = 20
            var rest = value.magnitude
            repeat {
                at -= 1
                room[at] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                at -= 1
                room[at] = UInt8(ascii: "-")
            }
            for index in at..<20 { room[index - at] = room[index] }
            return 20 - at
        }
    }
}
