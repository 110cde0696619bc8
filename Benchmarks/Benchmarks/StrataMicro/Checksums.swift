import Benchmark
import StrataCodec

func checksumBenchmarks() {
    for size in [64, 256, 4_096, 65_536] {
        let bytes = mixed(size)
        Benchmark("crc32c \(size) B") { benchmark in
            benchmark.repeated(bytes: size) { blackHole(CRC32C.checksum(bytes.span.bytes)) }
        }
    }
    let bytes = mixed(65_536)
    Benchmark("crc32c by table 65536 B", configuration: .init(scalingFactor: .one)) { benchmark in
        benchmark.repeated(bytes: bytes.count) { blackHole(CRC32C.checksumByTable(bytes.span.bytes)) }
    }
    Benchmark("crc64 65536 B", configuration: .init(scalingFactor: .one)) { benchmark in
        benchmark.repeated(bytes: bytes.count) { blackHole(CRC64.checksum(bytes.span.bytes)) }
    }
}
