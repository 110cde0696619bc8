import StrataCodec
import StrataDisk
import StrataJournal
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// What is appended is read back, by this life of the log and by the next.
@Suite struct RoundTripTests {
    static let policies: [SyncPolicy] = [
        .always, .grouped(window: .microseconds(200), maxBytes: 1 << 20), .periodic(interval: .milliseconds(5)),
        .everyBytes(10_000), .never,
    ]

    static let dictionary: CompressionDictionary? = {
        let samples = (0..<400).map { number in
            Array("{\"key\":\"user:\(number)\",\"value\":\(number * 37 % 101)}".utf8)
        }
        return try? CompressionDictionary.train(on: samples, capacity: 2048)
    }()

    static let compressions: [Compression] =
        [.none, .lz4, .zstd(level: 1)] + (dictionary.map { [.zstdDictionary(level: 3, dictionary: $0)] } ?? [])

    static let sizes = [0, 1, 7, 8, 9, 100, 511, 512, 513, 3000, 4096, 9000, 0, 20_000, 5]

    private func roundTrip(on disk: any Disk, _ options: WALOptions) throws {
        var expected: [Entry] = []
        let log = try WriteAheadLog(on: disk, options: options)
        #expect(log.recovery.outcome == .created)
        for (number, size) in Self.sizes.enumerated() {
            let bytes = payload(number, size: size)
            let kind = UInt8(255 - number)
            let index = number % 2 == 0 ? try log.append(bytes, kind: kind) : try log.submit(bytes, kind: kind)
            expected.append(Entry(index: index, kind: kind, payload: bytes))
        }
        #expect(try log.wait(through: UInt64(Self.sizes.count)) == UInt64(Self.sizes.count))
        #expect(try log.entries() == expected)
        #expect(try log.entries(from: 7, limit: 3) == Array(expected[6..<9]))
        #expect(log.firstIndex == 1 && log.lastIndex == UInt64(expected.count))
        if options.policy.acknowledgesDurably { #expect(log.durableIndex == log.lastIndex) }
        log.abandon()

        let (again, report) = try recovered(disk, options)
        #expect(again == expected)
        #expect(report.lastIndex == UInt64(expected.count))

        let third = try WriteAheadLog(on: disk, options: options)
        expected.append(Entry(index: try third.append([1, 2, 3]), payload: [1, 2, 3]))
        try third.close()
        let (last, closed) = try recovered(disk, options, from: 5)
        #expect(last == Array(expected[4...]))
        #expect(closed.outcome == .intact)
        #expect(closed.rewrittenEntries == 0, "an orderly close proves everything durable")
    }

    @Test(arguments: policies) func everyCombinationOnASimulatedDisk(_ policy: SyncPolicy) throws {
        for compression in Self.compressions {
            for threading in [JournalOptions.Threading.inline, .threads] {
                for method in [SyncMethod.fdatasync, .dsync, .directDsync] {
                    var options = WALOptions.small(policy, blocks: 256)
                    (options.compression, options.threading, options.method) = (compression, threading, method)
                    options.recoveryThreads = threading == .threads ? 3 : 1
                    try roundTrip(on: SimulatedDisk(recordsTrace: false), options)
                }
            }
        }
    }

    @Test(arguments: policies) func everyCombinationOnARealDisk(_ policy: SyncPolicy) throws {
        for (number, compression) in Self.compressions.enumerated() {
            let methods: [SyncMethod] = [.fdatasync, .directDsync, .ioUring, .dsync]
            for preallocation in [Preallocation.zeroFill, .fallocate] {
                var options = WALOptions()
                (options.policy, options.compression, options.preallocation) = (policy, compression, preallocation)
                options.segmentBytes = 16384
                options.blockBytes = 1024
                options.method = methods[number % methods.count]
                try withTemporaryDirectory("wal") { directory in
                    do {
                        try roundTrip(on: PosixDisk(path: directory.path), options)
                    } catch let error as StorageError {
                        guard case .unsupported = error.kind else { throw error }
                        skip("\(options.method): \(error)")
                    }
                }
            }
        }
    }

    @Test func anotherLifeMayHaveOtherOptions() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var expected: [Entry] = []
        var number = 0
        for policy in Self.policies {
            for compression in Self.compressions {
                var options = WALOptions.small(policy, blocks: 64 << (number % 5))
                options.compression = compression
                options.segmentBytes = 4096 * (1 + number % 3)
                options.method = number % 3 == 0 ? .directDsync : .fdatasync
                options.seed = UInt64(number)
                let log = try WriteAheadLog(on: disk, options: options)
                #expect(try log.entries() == expected)
                for size in [20, 900, 0, 5000] {
                    number += 1
                    let bytes = payload(number, size: size)
                    expected.append(Entry(index: try log.append(bytes, kind: 9), kind: 9, payload: bytes))
                }
                if number % 8 == 0 { try log.close() } else { log.abandon() }
            }
        }
    }

    @Test func manyWritersGetAnIndexEachAndFindTheirBytesThere() throws {
        try withTemporaryDirectory("wal") { directory in
            let disk = try PosixDisk(path: directory.path)
            var options = WALOptions()
            options.policy = .always
            options.segmentBytes = 64 << 10
            options.blockBytes = 4096
            let log = try WriteAheadLog(on: disk, options: options)
            let writers = 12
            let each = 40
            let workers = (0..<writers).map { writer in
                Worker {
                    for step in 0..<each {
                        let bytes = payload(writer * each + step, size: 10 + step * 7)
                        let index = try log.append(bytes, kind: UInt8(writer))
                        var found: Entry?
                        try log.read(from: index) { (at, kind, payload) throws(StorageError) in
                            found = Entry(index: at, kind: kind, payload: copy(payload))
                            return false
                        }
                        #expect(found == Entry(index: index, kind: UInt8(writer), payload: bytes))
                    }
                }
            }
            for worker in workers { try worker.join() }
            let written = try log.entries()
            #expect(written.map(\.index) == Array(1...UInt64(writers * each)))
            let numbers = Set(written.map { "\($0.kind) \($0.payload.count)" })
            #expect(numbers.count == writers * each)
            #expect(log.counters.appends == UInt64(writers * each))
            log.abandon()
            #expect(try recovered(disk, options).entries == written)
        }
    }

    @Test func parallelRecoveryEqualsOneThread() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small(.always, blocks: 256)
        options.compression = .lz4
        let log = try WriteAheadLog(on: disk, options: options)
        for number in 0..<120 { try log.append(payload(number, size: number * 13 % 900)) }
        let written = try log.entries()
        #expect(log.segmentCount > 8)
        try log.close()
        for from in [UInt64(1), 2, 50, 119, 120, 121, 500] {
            for threads in [1, 2, 5, 32] {
                options.recoveryThreads = threads
                let (entries, report) = try recovered(disk, options, from: from)
                #expect(entries == written.filter { $0.index >= from })
                #expect(report.outcome == .intact && report.lastIndex == 120)
            }
        }
    }

    @Test(arguments: [1, 4]) func replayStopsWhereItsVisitorSays(_ threads: Int) throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small()
        let log = try WriteAheadLog(on: disk, options: options)
        for number in 0..<60 { try log.append(payload(number, size: 300)) }
        try log.close()
        options.recoveryThreads = threads
        var seen: [UInt64] = []
        let again = try WriteAheadLog(on: disk, options: options) { (index, _, _) throws(StorageError) in
            seen.append(index)
            return index < 17
        }
        #expect(seen == Array(1...17))
        #expect(again.lastIndex == 60)
        again.abandon()
    }

    @Test func rangeReadsBesideAppendsSeeAPrefix() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small(.never, blocks: 512)
        options.threading = .threads
        let log = try WriteAheadLog(on: disk, options: options)
        let count = 1500
        let writer = Worker { for number in 0..<count { try log.append(payload(number, size: number % 97)) } }
        let readers = (0..<2).map { reader in
            Worker {
                var random = SeededRandom(seed: UInt64(reader))
                while log.lastIndex < count {
                    guard log.lastIndex > 0 else { continue }
                    let from = 1 + random.below(log.lastIndex)
                    for entry in try log.entries(from: from, limit: 50) {
                        let number = Int(entry.index) - 1
                        #expect(entry.payload == payload(number, size: number % 97))
                    }
                }
            }
        }
        try writer.join()
        for reader in readers { try reader.join() }
        log.abandon()
    }

    @Test func aBatchLargerThanASegmentRotatesWithinIt() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try WriteAheadLog(on: disk, options: .small(blocks: 256))
        for number in 0..<100 { try log.submit(payload(number, size: 300)) }
        _ = try log.wait(through: 100)
        #expect(log.counters.batches == 1)
        #expect(log.segmentCount >= 8)
        #expect(try log.entries().count == 100)
        log.abandon()
        #expect(try recovered(disk, .small()).entries.count == 100)
    }

    @Test func aCleanCloseOfARecycledSegmentIsIntact() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try WriteAheadLog(on: disk, options: .small())
        for number in 0..<12 { try log.append(payload(number, size: 1200)) }
        try log.truncateFront(before: 10)
        for number in 0..<4 { try log.append(payload(number, size: 1200)) }
        let count = log.segmentCount
        try log.append([1])
        try log.close()
        for _ in 0..<2 {
            let again = try WriteAheadLog(on: disk, options: .small())
            #expect(again.recovery.outcome == .intact)
            #expect(again.lastIndex == 17 && again.segmentCount == count)
            try again.close()
        }
    }
}
