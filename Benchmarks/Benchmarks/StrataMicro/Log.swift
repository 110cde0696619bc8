import Benchmark
import Foundation
import StrataCodec
import StrataDisk
import StrataJournal
import StrataWAL

/// A log in a fresh directory, for the time of one benchmark. Never synced: the cost of framing, checksum, compression and
/// the write to the page cache.
private final class LogRig: @unchecked Sendable {
    let path: String
    let log: WriteAheadLog

    init(_ compression: Compression, _ threading: JournalOptions.Threading = .threads) throws {
        path = FileManager.default.temporaryDirectory.path + "/strata-micro-\(UUID().uuidString)"
        var options = WALOptions()
        options.policy = .never
        options.compression = compression
        options.threading = threading
        options.seed = 42
        log = try WriteAheadLog(on: PosixDisk(path: path), options: options)
    }

    deinit {
        log.abandon()
        try? FileManager.default.removeItem(atPath: path)
    }

    func submit(_ record: [UInt8], times: Int) throws(StorageError) {
        var last: UInt64 = 0
        for _ in 0..<times { last = try log.submit(kind: 0, record.span.bytes) }
        _ = try log.wait(through: last)
    }
}

/// Keeps a benchmark's rig from its setup to its teardown.
private final class RigHolder: @unchecked Sendable {
    var rig: LogRig?
}

/// `body` gets the rig that `prepare` made; what it does is measured as handling `bytes` user bytes.
private func logBenchmark(
    _ name: String, bytes: Int, prepare: @escaping @Sendable () throws -> LogRig,
    body: @escaping @Sendable (LogRig) throws -> Void
) {
    let holder = RigHolder()
    // At most 200 rounds of 1,000 records: what they write stays far below the page cache.
    let configuration = Benchmark.Configuration(scalingFactor: .one, maxIterations: 200)
    Benchmark(name, configuration: configuration) { benchmark in
        guard let rig = holder.rig else { return benchmark.error("no log") }
        benchmark.repeated(bytes: bytes) {
            do { try body(rig) } catch { benchmark.error("\(error)") }
        }
    } setup: {
        holder.rig = try prepare()
    } teardown: {
        holder.rig = nil
    }
}

func logBenchmarks() {
    let codecs: [(name: String, compression: Compression)] = [("none", .none), ("lz4", .lz4)]
    for size in [256, 4_096] {
        let record = mixed(size)
        for codec in codecs {
            logBenchmark("log submit 1000 x \(size) B, \(codec.name)", bytes: 1_000 * size) {
                try LogRig(codec.compression)
            } body: { rig in
                try rig.submit(record, times: 1_000)
            }
            logBenchmark("log read 1000 x \(size) B, \(codec.name)", bytes: 1_000 * size) {
                let rig = try LogRig(codec.compression)
                try rig.submit(record, times: 1_000)
                return rig
            } body: { rig in
                var sum = 0
                try rig.log.read(from: 1) { (_, _, payload) throws(StorageError) in
                    sum += payload.byteCount
                    return true
                }
                blackHole(sum)
            }
        }
    }
    let record = mixed(256)
    logBenchmark("log append 1000 x 256 B, one by one on the caller", bytes: 256_000) {
        try LogRig(.none, .inline)
    } body: { rig in
        for _ in 0..<1_000 { _ = try rig.log.append(kind: 0, record.span.bytes) }
    }
}
