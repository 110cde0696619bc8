import CZstd

/// A trained zstd dictionary: bytes that its users share out of band, with the contexts prepared from them.
///
/// Prepared once; immutable afterwards, so any number of threads may use it. Format: RFC 8878 section 5.
package final class CompressionDictionary: @unchecked Sendable, Hashable {
    /// Largest dictionary accepted from a file.
    package static let maximumSize = 1 << 20

    package let bytes: [UInt8]
    /// The number inside the dictionary, which frames name.
    package let id: UInt32
    let decompression: OpaquePointer

    /// Throws `.dictionary` where `bytes` is no dictionary in zstd's format.
    package init(bytes: [UInt8]) throws(CodecError) {
        guard bytes.count <= Self.maximumSize else { throw .dictionary("larger than \(Self.maximumSize) bytes") }
        let id = ZDICT_getDictID(bytes, bytes.count)
        guard id != 0 else { throw .dictionary("not a trained zstd dictionary") }
        guard let prepared = ZSTD_createDDict(bytes, bytes.count) else { throw .dictionary("refused by zstd") }
        self.bytes = bytes
        self.id = id
        decompression = prepared
    }

    deinit { ZSTD_freeDDict(decompression) }

    /// Trains a dictionary of at most `capacity` bytes on `samples`: at least 8; some hundreds of typical ones are
    /// sensible, together about 100 times the capacity. Throws `.dictionary` where zstd finds too little to learn from.
    package static func train(
        on samples: [[UInt8]], capacity: Int = 16 * 1024
    ) throws(CodecError) -> CompressionDictionary {
        var joined: [UInt8] = []
        var sizes: [Int] = []
        for sample in samples where !sample.isEmpty {
            joined += sample
            sizes.append(sample.count)
        }
        var out = [UInt8](repeating: 0, count: capacity)
        let size = ZDICT_trainFromBuffer(&out, capacity, joined, sizes, UInt32(sizes.count))
        guard ZDICT_isError(size) == 0 else {
            throw .dictionary("training failed: \(String(cString: ZDICT_getErrorName(size)))")
        }
        return try CompressionDictionary(bytes: Array(out[..<size]))
    }

    package static func == (a: CompressionDictionary, b: CompressionDictionary) -> Bool { a.bytes == b.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
