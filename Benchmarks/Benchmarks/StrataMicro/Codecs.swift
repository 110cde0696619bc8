import Benchmark
import StrataCodec
import StrataDisk

func compressionBenchmarks() {
    let codecs: [(name: String, compression: Compression)] = [
        ("lz4", .lz4), ("zstd 1", .zstd(level: 1)), ("zstd 3", .zstd(level: 3)),
    ]
    for size in [4_096, 65_536] {
        let input = mixed(size)
        for codec in codecs {
            guard let compressor = try? Compressor(codec.compression) else { continue }
            let decompressor = Decompressor()
            let stored = IOBuffer(capacity: size)
            stored.appendInPlace(atMost: size) { compressor.compress(input.span.bytes, into: $0) ?? 0 }
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)  // for the process's life
            let configuration = Benchmark.Configuration(scalingFactor: .one)
            Benchmark("\(codec.name) compress \(size) B", configuration: configuration) { benchmark in
                benchmark.repeated(bytes: size) { blackHole(compressor.compress(input.span.bytes, into: room)) }
            }
            Benchmark("\(codec.name) decompress \(size) B", configuration: configuration) { benchmark in
                benchmark.repeated(bytes: size) {
                    do throws(CodecError) {
                        try stored.withBytes { bytes throws(CodecError) in
                            try decompressor.decompress(bytes, codec: codec.compression.codec, into: room)
                        }
                    } catch { benchmark.error("\(error)") }
                }
            }
        }
    }
    let input = mixed(4_096)
    let compressor = LZFCompressor()
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 64)
    Benchmark("lzf compress 4096 B", configuration: .init(scalingFactor: .one)) { benchmark in
        benchmark.repeated(bytes: 4_096) { blackHole(compressor.compress(input.span.bytes, into: room)) }
    }
}

func varintBenchmarks() {
    var random = SeededRandom(seed: 42)
    // Lengths as in a record of small sizes: most take one or two bytes.
    let numbers = (0..<1_000).map { _ in random.next() >> (48 + random.below(UInt64(16))) }
    var encoded: [UInt8] = []
    for number in numbers { encoded.append(varint: number) }
    let bytes = encoded
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Varint.maximumSize, alignment: 64)
    Benchmark("varint encode 1000 numbers", configuration: .init(scalingFactor: .one)) { benchmark in
        benchmark.repeated(bytes: bytes.count) {
            for number in numbers { blackHole(Varint.encode(number, into: room)) }
        }
    }
    Benchmark("varint decode 1000 numbers", configuration: .init(scalingFactor: .one)) { benchmark in
        benchmark.repeated(bytes: bytes.count) {
            var reader = ByteReader()
            do throws(CodecError) {
                while reader.remaining(in: bytes.span.bytes) > 0 {
                    blackHole(try reader.readVarint(from: bytes.span.bytes))
                }
            } catch { benchmark.error("\(error)") }
        }
    }
}
