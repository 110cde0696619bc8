/// One thread's means to compress to LZF: owns the table of earlier positions, so that a string costs no allocation.
///
/// Greedy, one candidate per hash of three bytes. The same input gives the same output whatever came before.
package final class LZFCompressor {
    private static let hashBits = 14
    /// By hash: `base` plus the position after which the three bytes were last seen. Entries below `base` are of earlier
    /// inputs, so the table need not be cleared for each.
    private let table: UnsafeMutablePointer<UInt32>
    private var base: UInt32 = 1

    package init() {
        table = .allocate(capacity: 1 << Self.hashBits)
        table.initialize(repeating: 0, count: 1 << Self.hashBits)
    }

    deinit { table.deallocate() }

    /// Compresses `input` to the front of `output` and returns the size, or nil where the result would not fit: with an
    /// output smaller than the input this means "does not compress". Empty input gives 0.
    package func compress(_ input: RawSpan, into output: UnsafeMutableRawBufferPointer) -> Int? {
        guard let count = UInt32(exactly: input.byteCount), count < 1 << 31 else { return nil }
        if base > UInt32.max - count {
            table.update(repeating: 0, count: 1 << Self.hashBits)
            base = 1
        }
        defer { base += count }
        return input.withUnsafeBytes { compress($0, into: output) }
    }

    private func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        var produced = 0
        var literalStart = 0
        var position = 0
        while position + LZF.minimumCopy <= input.count {
            let hash = Self.hash(input, position)
            let candidate = Int(table[hash]) - Int(base)
            table[hash] = base + UInt32(position)
            guard candidate >= 0, position - candidate <= LZF.maximumOffset,
                input[candidate] == input[position], input[candidate + 1] == input[position + 1],
                input[candidate + 2] == input[position + 2]
            else {
                position += 1
                continue
            }
            var length = LZF.minimumCopy
            let longest = min(LZF.maximumCopy, input.count - position)
            while length < longest, input[candidate + length] == input[position + length] { length += 1 }
            guard emit(literals: literalStart..<position, of: input, to: output, at: &produced),
                emit(copy: length, distance: position - candidate, to: output, at: &produced)
            else { return nil }
            // Positions inside a copy are remembered too: text repeats from the middle of what was repeated.
            let end = position + length
            position += 1
            while position < end {
                if position + LZF.minimumCopy <= input.count {
                    table[Self.hash(input, position)] = base + UInt32(position)
                }
                position += 1
            }
            literalStart = end
        }
        guard emit(literals: literalStart..<input.count, of: input, to: output, at: &produced) else { return nil }
        return produced
    }

    /// Fibonacci hashing of three bytes.
    @inline(__always)
    private static func hash(_ input: UnsafeRawBufferPointer, _ position: Int) -> Int {
        let three = UInt32(input[position]) << 16 | UInt32(input[position + 1]) << 8 | UInt32(input[position + 2])
        return Int((three &* 0x9E37_79B1) >> UInt32(32 - hashBits))
    }

    private func emit(
        literals: Range<Int>, of input: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer,
        at produced: inout Int
    ) -> Bool {
        var start = literals.lowerBound
        while start < literals.upperBound {
            let count = min(LZF.maximumLiterals, literals.upperBound - start)
            guard count + 1 <= output.count - produced else { return false }
            output[produced] = UInt8(count - 1)
            UnsafeMutableRawBufferPointer(rebasing: output[(produced + 1)...]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: input[start..<start + count]))
            produced += count + 1
            start += count
        }
        return true
    }

    private func emit(
        copy length: Int, distance: Int, to output: UnsafeMutableRawBufferPointer, at produced: inout Int
    ) -> Bool {
        let stored = distance - 1
        let extended = length > 8
        guard (extended ? 3 : 2) <= output.count - produced else { return false }
        let lengthBits = extended ? 7 : length - 2
        output[produced] = UInt8(lengthBits << 5 | stored >> 8)
        produced += 1
        if extended {
            output[produced] = UInt8(length - 9)
            produced += 1
        }
        output[produced] = UInt8(stored & 0xFF)
        produced += 1
        return true
    }
}
