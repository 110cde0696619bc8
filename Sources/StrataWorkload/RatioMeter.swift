import StrataCodec

/// Compresses batches of a corpus's records with one codec and adds up sizes before and after.
struct RatioMeter {
    private let compressor: Compressor
    private let decompressor: Decompressor
    private let codec: Codec
    private var batch: [UInt8] = []
    private var output: [UInt8] = []
    private var copy: [UInt8] = []
    private var before = 0
    private var after = 0

    init(_ compression: Compression) throws(CodecError) {
        compressor = try Compressor(compression)
        codec = compression.codec
        if case .zstdDictionary(_, let dictionary) = compression {
            decompressor = Decompressor(dictionary: dictionary)
        } else {
            decompressor = Decompressor()
        }
    }

    /// Size before by size after, over `blocks` of records cut into batches of at least `batchSize` bytes; a batch does not
    /// reach over a block's end, and 0 makes each record its own. What grows counts as it grew.
    mutating func ratio(_ corpus: Corpus, _ blocks: [[Int]], batchSize: Int) throws(CodecError) -> Double? {
        (before, after) = (0, 0)
        for block in blocks {
            for index in block {
                batch += corpus[index]
                if batch.count >= batchSize { try flush() }
            }
            if !batch.isEmpty { try flush() }
        }
        return after > 0 ? Double(before) / Double(after) : nil
    }

    private mutating func flush() throws(CodecError) {
        // LZ4 grows by at most 1/255 and 16 bytes, zstd by 1/256 and some tens.
        let room = batch.count + batch.count / 128 + 1024
        if output.count < room { output = [UInt8](repeating: 0, count: room) }
        let size = output.withUnsafeMutableBytes { [compressor, batch] in
            compressor.compress(batch.span.bytes, into: $0)
        }
        guard let size else { throw .library("\(codec) failed on \(batch.count) bytes") }
        copy = [UInt8](repeating: 0, count: batch.count)
        let compressed = output[..<size]
        // A Result, because an array's lending passes no typed error on.
        let decoded = copy.withUnsafeMutableBytes { [decompressor, codec] target in
            Result { () throws(CodecError) in
                try decompressor.decompress(compressed.span.bytes, codec: codec, into: target)
            }
        }
        try decoded.get()
        guard copy == batch else { throw .malformed("\(codec) gave back other bytes") }
        before += batch.count
        after += size
        batch.removeAll(keepingCapacity: true)
    }
}
