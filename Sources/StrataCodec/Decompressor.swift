import CLZ4
import CZstd

/// One thread's means to decompress.
package final class Decompressor: @unchecked Sendable {
    private let zstd: OpaquePointer
    private let dictionary: CompressionDictionary?

    /// `dictionary` is needed for bytes of `.zstdDictionary` only.
    package init(dictionary: CompressionDictionary? = nil) {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("out of memory for a zstd context") }
        zstd = context
        self.dictionary = dictionary
    }

    deinit { ZSTD_freeDCtx(zstd) }

    /// Fills `output` exactly. `input` may hold anything: what does not decode to `output.count` bytes throws, and what
    /// `output` then holds is unspecified.
    ///
    /// None of the formats carries a checksum: damaged input may decode to the right number of wrong bytes, so the stored
    /// bytes need a checksum of their own.
    package func decompress(_ input: RawSpan, codec: Codec, into output: UnsafeMutableRawBufferPointer)
        throws(CodecError)
    {
        let expected = output.count
        let found = try input.withUnsafeBytes { (source) throws(CodecError) -> Int in
            switch codec {
            case .none:
                guard source.count == expected else { return source.count }
                output.copyMemory(from: source)
                return source.count
            case .lz4:
                guard source.count <= Int32.max, expected <= Int32.max else {
                    throw .malformed("LZ4 block above 2 GiB")
                }
                let size = LZ4_decompress_safe(
                    source.baseAddress?.assumingMemoryBound(to: CChar.self),
                    output.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(source.count), Int32(expected))
                guard size >= 0 else { throw .malformed("LZ4 block") }
                return Int(size)
            case .zstd:
                return try check(
                    ZSTD_decompressDCtx(zstd, output.baseAddress, expected, source.baseAddress, source.count))
            case .zstdDictionary:
                guard let dictionary else { throw .dictionary("needed to decompress, and none was given") }
                return try check(
                    ZSTD_decompress_usingDDict(
                        zstd, output.baseAddress, expected, source.baseAddress, source.count, dictionary.decompression))
            }
        }
        guard found == expected else { throw .size(expected: expected, found: found) }
    }

    private func check(_ result: Int) throws(CodecError) -> Int {
        guard ZSTD_isError(result) == 0 else {
            let reason = String(cString: ZSTD_getErrorName(result))
            if ZSTD_getErrorCode(result) == ZSTD_error_dictionary_wrong { throw .dictionary(reason) }
            throw .malformed("zstd frame: \(reason)")
        }
        return result
    }
}
