import StrataCodec
import StrataDisk
import StrataRESP

/// Appends parts of a dump to a buffer, as version 10 has them. One thread at a time.
package final class RDBEncoder {
    package let buffer: IOBuffer
    /// Whether long strings are tried with LZF (`rdbcompression`).
    package var compresses: Bool
    private let compressor = LZFCompressor()

    package init(buffer: IOBuffer = IOBuffer(), compresses: Bool = true) {
        self.buffer = buffer
        self.compresses = compresses
    }

    package var bytes: Bytes { Bytes(buffer.base, buffer.count) }

    @inline(__always)
    package func byte(_ value: UInt8) { buffer.append(littleEndian: value) }

    @inline(__always)
    package func raw(_ bytes: Bytes) { buffer.append(bytes.buffer.bytes) }

    /// A length or a number without sign.
    @inline(__always)
    package func length(_ value: UInt64) {
        if value < 1 << 6 {
            byte(UInt8(value))
        } else if value < 1 << 14 {
            buffer.append(littleEndian: (UInt16(value) | 0x4000).byteSwapped)
        } else if value <= UInt64(UInt32.max) {
            byte(0x80)
            buffer.append(littleEndian: UInt32(value).byteSwapped)
        } else {
            byte(0x81)
            buffer.append(littleEndian: value.byteSwapped)
        }
    }

    @inline(__always)
    package func length(_ value: Int) { length(UInt64(value)) }

    /// A string in its shortest form: as an integer of up to 32 bits, packed, or as it is.
    @inline(__always)
    package func string(_ value: Bytes) {
        // The longest decimal form of 32 bits has eleven characters.
        if value.count <= 11, let number = value.integer, let short = Int32(exactly: number) { return integer(short) }
        if compresses, value.count > RDBFormat.lzfThreshold, packed(value) { return }
        length(value.count)
        raw(value)
    }

    package func string(_ text: String) {
        var text = text
        text.withUTF8 { string(Bytes(UnsafeRawBufferPointer($0))) }
    }

    /// The decimal form of `value` as a string.
    package func string(integer value: Int64) {
        if let short = Int32(exactly: value) { return integer(short) }
        let at = buffer.count
        byte(0)
        buffer.append(decimal: value)
        buffer.store(littleEndian: UInt8(buffer.count - at - 1), at: at)
    }

    private func integer(_ value: Int32) {
        if let small = Int8(exactly: value) {
            byte(0xC0)
            buffer.append(littleEndian: small)
        } else if let middle = Int16(exactly: value) {
            byte(0xC1)
            buffer.append(littleEndian: middle)
        } else {
            byte(0xC2)
            buffer.append(littleEndian: value)
        }
    }

    private func packed(_ value: Bytes) -> Bool {
        let start = buffer.count
        let room = value.count - RDBFormat.lzfGain
        byte(0xC3)
        // The packed size stands before the bytes and is known after them: room for the longest form of it.
        let reserved = 5
        buffer.append(zeros: reserved)
        length(value.count)
        let head = buffer.count - start - reserved - 1
        var size: Int?
        buffer.appendInPlace(atMost: room) { target in
            size = compressor.compress(value.buffer.bytes, into: target)
            return size ?? 0
        }
        guard let size else {
            buffer.truncate(to: start)
            return false
        }
        let end = buffer.count
        buffer.truncate(to: start + 1)
        length(size)
        let sizeSize = buffer.count - start - 1
        // Both lengths and the bytes move up together.
        let rest = end - buffer.count
        buffer.appendInPlace(atMost: rest) { _ in rest }
        buffer.close(gap: start + 1 + sizeSize..<start + 1 + reserved, upTo: start + 1 + reserved + head + size)
        return true
    }

    package func double(_ value: Double) { buffer.append(littleEndian: value.bitPattern) }

    // MARK: Parts of a dump

    package func header() {
        raw("REDIS")
        let digits = String(RDBFormat.writtenVersion)
        raw(String(repeating: "0", count: 4 - digits.count) + digits)
    }

    private func raw(_ text: String) { for code in text.utf8 { byte(code) } }

    package func auxiliary(_ name: String, _ value: String) {
        byte(RDBFormat.Opcode.auxiliary)
        string(name)
        string(value)
    }

    package func function(_ code: Bytes) {
        byte(RDBFormat.Opcode.function)
        string(code)
    }

    package func select(_ database: Int, keys: Int, expiring: Int) {
        byte(RDBFormat.Opcode.select)
        length(database)
        byte(RDBFormat.Opcode.resize)
        length(keys)
        length(expiring)
    }

    /// What stands before the value of a record; the value's bytes follow.
    /// - Parameters:
    ///   - expiry: milliseconds since 1970.
    ///   - idleSeconds: written under an LRU policy; `frequency` under an LFU one.
    @inline(__always)
    package func key(
        _ name: Bytes, type: RDBType, expiry: Int64? = nil, idleSeconds: UInt64? = nil, frequency: UInt8? = nil
    ) {
        if let expiry {
            byte(RDBFormat.Opcode.expireMilliseconds)
            buffer.append(littleEndian: expiry)
        }
        if let idleSeconds {
            byte(RDBFormat.Opcode.idle)
            length(idleSeconds)
        }
        if let frequency {
            byte(RDBFormat.Opcode.frequency)
            byte(frequency)
        }
        byte(type.rawValue)
        string(name)
    }

    /// Makes what was appended from `start` on, a type byte and a value, a DUMP payload.
    package func payloadFooter(from start: Int) {
        buffer.append(littleEndian: UInt16(RDBFormat.writtenVersion))
        let checksum = buffer.withBytes(in: start..<buffer.count) { CRC64.checksum($0) }
        buffer.append(littleEndian: checksum)
    }
}

extension IOBuffer {
    /// Drops `gap` and what stands behind `end`: what is between them moves to the gap's start.
    fileprivate func close(gap: Range<Int>, upTo end: Int) {
        precondition(gap.upperBound <= end && end <= count, "a gap outside the bytes in use")
        (base + gap.lowerBound).copyMemory(from: base + gap.upperBound, byteCount: end - gap.upperBound)
        truncate(to: end - gap.count)
    }
}
