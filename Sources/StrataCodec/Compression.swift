/// How a batch of bytes is made smaller before it is stored.
package enum Compression: Hashable, Sendable {
    case none
    /// LZ4 block format: a few hundred MB/s to GB/s a core, least ratio.
    case lz4
    /// Zstandard at `level` (1 to 19; higher is smaller and slower).
    case zstd(level: Int)
    /// Zstandard with a trained dictionary, which is what makes batches of a few small records compress.
    case zstdDictionary(level: Int, dictionary: CompressionDictionary)

    /// The regular ones: zstd's "ultra" levels above take many times the memory on both sides.
    package static let zstdLevels = 1...19

    /// The codec's number in stored bytes.
    package var codec: Codec {
        switch self {
        case .none: .none
        case .lz4: .lz4
        case .zstd: .zstd
        case .zstdDictionary: .zstdDictionary
        }
    }
}

/// What a reader must know to undo a `Compression`: stored as one byte.
package enum Codec: UInt8, Sendable, CaseIterable {
    case none = 0
    case lz4 = 1
    case zstd = 2
    case zstdDictionary = 3
}
