import CAllocationCounter
import StrataCodec
import StrataDisk
import StrataJournal
import StrataTesting
import StrataWAL
import Testing

/// In the steady state an append takes nothing from the heap, nor does the batch that carries it.
@Suite(.serialized) struct AllocationTests {
    /// Allocations of the appender and of the log's own threads during each of two rounds, after one to warm up.
    private func allocations(
        _ options: WALOptions, round: (WriteAheadLog) throws(StorageError) -> Void
    ) throws -> [UInt64] {
        try withTemporaryDirectory("wal-allocations") { directory in
            // Whoever writes is counted. No sync is made: it takes nothing from the heap and most of the time.
            let disk = WrappedDisk(try PosixDisk(path: directory.path)) { (call: WrappedDisk.Call, _: String) in
                switch call {
                case .write, .writeAndSync, .sync:
                    allocation_counter_join()
                    return .leaveOut
                default: return .pass
                }
            }
            let log = try WriteAheadLog(on: disk, options: options)
            defer {
                log.abandon()
                allocation_counter_leave()
            }
            try round(log)
            allocation_counter_join()
            return try (0..<2).map { _ in
                let before = allocation_counter_total()
                try round(log)
                return allocation_counter_total() - before
            }
        }
    }

    private func options(_ policy: SyncPolicy, _ compression: Compression) -> WALOptions {
        var options = WALOptions()
        options.policy = policy
        options.compression = compression
        // All rounds fit into one segment: a rotation may allocate.
        options.segmentBytes = 1 << 30
        options.preallocation = Preallocation.none
        return options
    }

    /// 200: where a reader finds blocks is noted once per 64 KiB in an array that doubles, and every buffer may still grow
    /// once or twice.
    private func expectFew(_ counts: [UInt64], of appends: Int, _ name: String) {
        print("allocations \(name): \(counts) in rounds of \(appends) appends")
        #expect(counts.allSatisfy { $0 < 200 }, "\(name): \(counts)")
    }

    @Test(arguments: [Compression.none, .lz4])
    func aBlockingAppendAllocatesNothing(_ compression: Compression) throws {
        guard allocation_counter_is_available() else { return skip("no allocator to count in") }
        let bytes = payload(1, size: 100)
        let count = rounds(100_000)
        let found = try allocations(options(.never, compression)) { (log) throws(StorageError) in
            for _ in 0..<count { _ = try log.append(kind: 0, bytes.span.bytes) }
        }
        expectFew(found, of: count, "never, blocking, \(compression)")
    }

    @Test(arguments: [Compression.none, .lz4])
    func aSubmitWithAWindowAllocatesNothing(_ compression: Compression) throws {
        guard allocation_counter_is_available() else { return skip("no allocator to count in") }
        let bytes = payload(1, size: 100)
        let count = rounds(100_000)
        let window: UInt64 = 256
        let found = try allocations(options(.always, compression)) { (log) throws(StorageError) in
            var last: UInt64 = 0
            for _ in 0..<count {
                last = try log.submit(kind: 0, bytes.span.bytes)
                if last > window { _ = try log.wait(through: last - window) }
            }
            _ = try log.wait(through: last)
        }
        expectFew(found, of: count, "always, window of \(window), \(compression)")
    }

    /// The counter sees what the language itself allocates: without that the tests above would show nothing.
    @Test func theCounterCountsAllocations() {
        guard allocation_counter_is_available() else { return skip("no allocator to count in") }
        allocation_counter_join()
        defer { allocation_counter_leave() }
        let before = allocation_counter_of_thread()
        var kept: [[UInt8]] = []
        for size in 1...100 { kept.append(Array(repeating: 1, count: size)) }
        #expect(kept.count == 100)
        #expect(allocation_counter_of_thread() - before >= 100)
    }
}
