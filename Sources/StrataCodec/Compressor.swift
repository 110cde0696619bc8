import CLZ4
import CZstd

/// One thread's means to compress: owns the library's state, so that a batch costs no allocation.
package final class Compressor: @unchecked Sendable {
    package let compression: Compression
    private let zstd: OpaquePointer?
    private let lz4: UnsafeMutableRawPointer?

    /// Throws `.unsupported` for a level that `Compression` does not know.
    package init(_ compression: Compression) throws(CodecError) {
        self.compression = compression
        var context: OpaquePointer?
        var state: UnsafeMutableRawPointer?
        switch compression {
        case .none: break
        case .lz4: state = .allocate(byteCount: Int(LZ4_sizeofState()), alignment: 16)
        case .zstd(let level), .zstdDictionary(let level, _):
            guard Compression.zstdLevels.contains(level) else {
                throw .unsupported("zstd level \(level), levels are \(Compression.zstdLevels)")
            }
            context = ZSTD_createCCtx()
            guard context != nil else { throw .library("ZSTD_createCCtx") }
            ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
            // No checksum and no size: whoever stores the frame has both. The number of the dictionary stays in, for
            // four bytes a frame: with another dictionary a frame without it may decode to the right number of wrong bytes.
            ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
            if case .zstdDictionary(_, let dictionary) = compression {
                let result = ZSTD_CCtx_loadDictionary(context, dictionary.bytes, dictionary.bytes.count)
                guard ZSTD_isError(result) == 0 else {
                    ZSTD_freeCCtx(context)
                    throw .dictionary(String(cString: ZSTD_getErrorName(result)))
                }
            }
        }
        zstd = context
        lz4 = state
    }

    deinit {
        ZSTD_freeCCtx(zstd)
        lz4?.deallocate()
    }

    /// Compresses `input` to the front of `output` and returns the size, or nil where the result would not fit: with an
    /// output smaller than the input this means "does not compress", and the caller stores the input itself.
    package func compress(_ input: RawSpan, into output: UnsafeMutableRawBufferPointer) -> Int? {
        input.withUnsafeBytes { source in
            switch compression {
            case .none: return nil
            case .lz4:
                guard source.count <= LZ4_MAX_INPUT_SIZE else { return nil }
                let size = LZ4_compress_fast_extState(
                    lz4, source.baseAddress?.assumingMemoryBound(to: CChar.self),
                    output.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(source.count),
                    Int32(clamping: output.count), 1)
                return size > 0 ? Int(size) : nil
            case .zstd, .zstdDictionary:
                let size = ZSTD_compress2(zstd, output.baseAddress, output.count, source.baseAddress, source.count)
                return ZSTD_isError(size) == 0 ? size : nil
            }
        }
    }
}
