import CAllocationCounter
import StrataDisk
import StrataEngine
import StrataJournal
import StrataTesting
import Testing

/// In the steady state a put takes nothing from the heap: not for its command, its version, its event or its log entry.
@Suite(.serialized) struct AllocationTests {
    @Test func aPlainPutAllocatesNothing() throws {
        guard allocation_counter_is_available() else { return skip("no allocator to count in") }
        try withTemporaryDirectory("engine-allocations") { directory in
            var options = KVEngineOptions()
            // Without waiting for syncs a blocking put goes all the way on its own thread.
            options.store.log = .wal(StoreOptions.walOptions(.never))
            let engine = try KVEngine(on: PosixDisk(path: directory.path), options: options)
            defer { engine.abandon() }
            let value = [UInt8](repeating: 7, count: 100)
            let puts = 10_000
            func round() throws {
                for number in 0..<puts {
                    let key = text("key\(1000 + number % 1000)")
                    allocation_counter_join()
                    _ = try engine.put(key.span.bytes, value.span.bytes)
                    allocation_counter_leave()
                }
            }
            // Once into the buffer, once with the versions before in the tree.
            try round()
            try engine.checkpoint()
            let counts = try (0..<2).map { _ in
                let before = allocation_counter_total()
                try round()
                return allocation_counter_total() - before
            }
            print("allocations of \(puts) puts: \(counts)")
            // A chunk of the buffer's arena now and then, and the log's table of blocks that doubles.
            #expect(counts.allSatisfy { $0 < 200 }, "\(counts)")
        }
    }
}
