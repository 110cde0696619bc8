/// LZF as in RDB strings: no header, no checksum; both sizes are stored by whoever holds the bytes.
///
///     000LLLLL                       LLLLL + 1 literal bytes follow
///     LLLooooo oooooooo              LLL in 1...6: copy LLL + 2 bytes from oo...o + 1 bytes back
///     111ooooo LLLLLLLL oooooooo     copy LLLLLLLL + 9 bytes from oo...o + 1 bytes back
///
/// The 13 offset bits are stored high part first. A copy may overlap its own output, which repeats a pattern.
package enum LZF {
    static let maximumLiterals = 32
    static let maximumOffset = 1 << 13
    static let minimumCopy = 3
    static let maximumCopy = 264

    /// Fills `output` exactly; its size is what the holder of `input` announced. `input` may hold anything: it throws
    /// `.truncated` where it ends inside an instruction, `.malformed` where it copies from before the output's start,
    /// `.size` where it yields more or fewer bytes.
    package static func decompress(_ input: RawSpan, into output: UnsafeMutableRawBufferPointer) throws(CodecError) {
        let limit = output.count
        var produced = 0
        var reader = ByteReader()
        while reader.remaining(in: input) > 0 {
            let control = Int(try reader.read(UInt8.self, from: input))
            if control < maximumLiterals {
                let literals = try reader.skip(control + 1, in: input)
                guard literals.count <= limit - produced else {
                    throw .size(expected: limit, found: produced + literals.count)
                }
                input.extracting(literals).withUnsafeBytes { source in
                    UnsafeMutableRawBufferPointer(rebasing: output[produced...]).copyMemory(from: source)
                }
                produced += literals.count
                continue
            }
            var length = control >> 5 + minimumCopy - 1
            if control >> 5 == 7 { length += Int(try reader.read(UInt8.self, from: input)) }
            let distance = (control & 31) << 8 + Int(try reader.read(UInt8.self, from: input)) + 1
            guard distance <= produced else {
                throw .malformed("LZF copies from \(distance) bytes back at byte \(produced)")
            }
            guard length <= limit - produced else { throw .size(expected: limit, found: produced + length) }
            copy(length, from: produced - distance, to: produced, in: output)
            produced += length
        }
        guard produced == limit else { throw .size(expected: limit, found: produced) }
    }

    private static func copy(
        _ length: Int, from source: Int, to target: Int, in bytes: UnsafeMutableRawBufferPointer
    ) {
        guard source + length > target else {
            let range = UnsafeRawBufferPointer(rebasing: bytes[source..<source + length])
            UnsafeMutableRawBufferPointer(rebasing: bytes[target..<target + length]).copyMemory(from: range)
            return
        }
        // Overlapping: each byte may be one that this copy has just written.
        for index in 0..<length { bytes[target + index] = bytes[source + index] }
    }
}
