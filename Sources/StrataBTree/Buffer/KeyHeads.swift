import Glibc

/// Turns the keys of one buffer into heads: numbers that stand in the order of the keys, but that different keys may share one.
///
/// The keys of a store mostly begin alike ("vuser0000..."): had all of them the same head, each comparison would have to read
/// two whole keys. So the bytes that most begin with are given, and the heads tell apart what comes after them:
///
/// | keys | head | range |
/// |---|---|---|
/// | before all that begin so | the first 8 bytes / 4 | 0 ..< 2^62 |
/// | those that begin so | 2^62 + the 8 bytes after the beginning / 2 | 2^62 ..< 3 x 2^62 |
/// | behind them | 3 x 2^62 + the first 8 bytes / 4 | 3 x 2^62 ..< 2^64 |
///
/// Bytes are taken as a big-endian number, padded with zeros.
struct KeyHeads {
    /// A longer beginning is cut off: what is compared for every head is to be short.
    private static let longest = 64

    private let beginning: UnsafeMutableRawBufferPointer
    private static let quarter: UInt64 = 1 << 62

    init(beginning: [UInt8]) {
        let bytes = beginning.prefix(Self.longest)
        self.beginning = .allocate(byteCount: bytes.count, alignment: 1)
        self.beginning.copyBytes(from: bytes)
    }

    /// By the owner.
    func deallocate() { beginning.deallocate() }

    @inline(__always)
    func head(of key: UnsafeRawBufferPointer) -> UInt64 {
        let length = beginning.count
        if length == 0 { return Self.quarter + Self.number(key, from: 0) >> 1 }
        let order = key.isEmpty ? -1 : memcmp(key.baseAddress!, beginning.baseAddress!, min(length, key.count))
        if order == 0 && key.count >= length { return Self.quarter + Self.number(key, from: length) >> 1 }
        // One that ends within the beginning is before it.
        return (order > 0 ? 3 * Self.quarter : 0) + Self.number(key, from: 0) >> 2
    }

    /// Eight bytes as a number.
    @inline(__always)
    private static func number(_ key: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
        if key.count >= start + 8 {
            return UInt64(bigEndian: key.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        }
        var number: UInt64 = 0
        for place in start..<key.count { number |= UInt64(key[place]) << UInt64(56 - 8 * (place - start)) }
        return number
    }
}
