import StrataCodec
import StrataDisk

/// Inputs that codecs treat differently, each made from a seed.
enum Sample: String, CaseIterable, Sendable {
    case random
    case constant
    case text
    /// Long matches at long distances: a random page repeated.
    case pages

    func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        switch self {
        case .random: return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        case .constant: return [UInt8](repeating: 0x61, count: count)
        case .text:
            var bytes: [UInt8] = []
            while bytes.count < count { bytes += Self.record(&random) }
            return Array(bytes[..<count])
        case .pages:
            let page = (0..<5_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return (0..<count).map { page[$0 % page.count] }
        }
    }

    /// About 100 bytes with the regularity of a service's log.
    static func record(_ random: inout SeededRandom) -> [UInt8] {
        let cities = ["Bergen", "Lagos", "Osaka", "Quito", "Tartu", "Perth"]
        let city = cities[random.below(cities.count)]
        return Array(
            """
            {"id":\(random.below(1_000_000)),"city":"\(city)","delay_minutes":\(random.below(240)),"ok":\
            \(random.chance(0.9)),"carrier":"C\(random.below(30))"}

            """.utf8)
    }
}

extension [UInt8] {
    /// Compresses into `room` bytes; nil where they are too few.
    func compressed(_ compression: Compression, room: Int? = nil) throws -> [UInt8]? {
        let compressor = try Compressor(compression)
        return filling(room ?? count + count / 8 + 512) { compressor.compress(span.bytes, into: $0) }
    }

    func compressedLZF(room: Int? = nil, by compressor: LZFCompressor = LZFCompressor()) -> [UInt8]? {
        filling(room ?? count + count / 8 + 512) { compressor.compress(span.bytes, into: $0) }
    }

    private func filling(_ room: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int?) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: room)
        guard let size = output.withUnsafeMutableBytes({ body($0) }) else { return nil }
        return Array(output[..<size])
    }

    func decompressed(_ codec: Codec, size: Int, dictionary: CompressionDictionary? = nil) throws -> [UInt8] {
        try guarded(size) { output throws(CodecError) in
            try Decompressor(dictionary: dictionary).decompress(span.bytes, codec: codec, into: output)
        }
    }

    func decompressedLZF(size: Int) throws -> [UInt8] {
        try guarded(size) { output throws(CodecError) in try LZF.decompress(span.bytes, into: output) }
    }

    /// Lends `size` bytes between two fences, and fails hard where `body` wrote over one.
    private func guarded(
        _ size: Int, _ body: (UnsafeMutableRawBufferPointer) throws(CodecError) -> Void
    ) throws(CodecError) -> [UInt8] {
        let fence = 64
        var room = [UInt8](repeating: 0xFE, count: size + 2 * fence)
        var failure: CodecError?
        room.withUnsafeMutableBytes { bytes in
            do throws(CodecError) {
                try body(UnsafeMutableRawBufferPointer(rebasing: bytes[fence..<fence + size]))
            } catch { failure = error }
        }
        precondition(room[..<fence].allSatisfy { $0 == 0xFE }, "wrote before the output")
        precondition(room[(fence + size)...].allSatisfy { $0 == 0xFE }, "wrote behind the output")
        if let failure { throw failure }
        return Array(room[fence..<fence + size])
    }
}
