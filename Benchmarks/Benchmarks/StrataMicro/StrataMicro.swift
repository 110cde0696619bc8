import Benchmark
import StrataDisk

/// Costs of the layers alone, in memory or without syncs: where a change of the code shows before it shows in an experiment.
/// Inputs come from fixed seeds.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, .megabytesPerSecond], timeUnits: .nanoseconds, warmupIterations: 3,
        scalingFactor: .kilo, maxDuration: .seconds(1))
    checksumBenchmarks()
    compressionBenchmarks()
    varintBenchmarks()
    logBenchmarks()
}

extension BenchmarkMetric {
    /// User bytes, in units of 10^6.
    static let megabytesPerSecond = BenchmarkMetric.custom("MB/s", polarity: .prefersLarger, useScalingFactor: false)
}

extension Benchmark {
    /// Repeats `body`, which handles `bytes` user bytes each time.
    func repeated(bytes: Int, _ body: () -> Void) {
        let clock = SystemClock()
        let start = clock.nanoseconds()
        for _ in scaledIterations { body() }
        let elapsed = max(1, clock.nanoseconds() - start)
        measurement(.megabytesPerSecond, bytes * scaledIterations.count * 1_000 / Int(elapsed))
    }
}

/// Bytes whose half is drawn from a seed and whose half repeats: LZ4 and zstd shrink them about as they do a service's log.
func mixed(_ count: Int, seed: UInt64 = 42) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    let words = (0..<64).map { _ in (0..<(3 + random.below(8))).map { _ in UInt8(97 + random.below(26)) } }
    var bytes: [UInt8] = []
    while bytes.count < count {
        bytes += words[random.below(words.count)]
        bytes.append(0x20)
        if random.chance(0.3) { bytes += String(random.below(1_000_000)).utf8 }
    }
    return Array(bytes[..<count])
}
