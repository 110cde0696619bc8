import StrataCodec

/// The codec axis: `none`, `lz4`, `zstd:LEVEL`, `zstd-dict:LEVEL`. A dictionary is trained when a cell starts, on
/// samples of the cell's own value source.
package enum CodecSetting: Hashable, Sendable {
    case none
    case lz4
    case zstd(level: Int)
    case zstdDictionary(level: Int)

    package static let textForms =
        "none, lz4, zstd:LEVEL or zstd-dict:LEVEL with a level of "
        + "\(Compression.zstdLevels.lowerBound) to \(Compression.zstdLevels.upperBound)"

    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts[0], parts.count) {
        case ("none", 1): self = .none
        case ("lz4", 1): self = .lz4
        case ("zstd", 2), ("zstd-dict", 2):
            guard let level = Int(parts[1]), Compression.zstdLevels.contains(level) else { return nil }
            self = parts[0] == "zstd" ? .zstd(level: level) : .zstdDictionary(level: level)
        default: return nil
        }
    }

    package var text: String {
        switch self {
        case .none: "none"
        case .lz4: "lz4"
        case .zstd(let level): "zstd:\(level)"
        case .zstdDictionary(let level): "zstd-dict:\(level)"
        }
    }

    /// `samples` is asked only where a dictionary has to be trained.
    package func compression(samples: () -> [[UInt8]]) throws(CodecError) -> Compression {
        switch self {
        case .none: .none
        case .lz4: .lz4
        case .zstd(let level): .zstd(level: level)
        case .zstdDictionary(let level): .zstdDictionary(level: level, dictionary: try .train(on: samples()))
        }
    }
}
