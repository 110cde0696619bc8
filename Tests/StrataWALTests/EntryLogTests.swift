import StrataDisk
import StrataJournal
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// One behaviour, whichever log it is.
@Suite struct EntryLogTests {
    enum Kind: CaseIterable { case memory, simulated, file }

    private func withLog(_ kind: Kind, _ body: (any EntryLog) throws -> Void) throws {
        var options = WALOptions.small(blocks: 200)
        options.threading = .threads
        switch kind {
        case .memory: try body(MemoryLog())
        case .simulated: try body(WriteAheadLog(on: SimulatedDisk(recordsTrace: false), options: options))
        case .file:
            try withTemporaryDirectory("wal") { directory in
                let log = try WriteAheadLog(on: PosixDisk(path: directory.path), options: options)
                defer { log.abandon() }
                try body(log)
            }
        }
    }

    @Test(arguments: Kind.allCases) func theContractHolds(_ kind: Kind) throws {
        try withLog(kind) { log in
            #expect(log.firstIndex == 1 && log.lastIndex == 0)
            #expect(try log.entries().isEmpty)
            for number in 1...30 {
                let index =
                    number % 3 == 0
                    ? try log.append(payload(number, size: 400), kind: 3)
                    : try log.submit(payload(number, size: 400), kind: 3)
                #expect(index == UInt64(number))
            }
            #expect(try log.wait(through: 30) >= 30)
            try log.sync()
            #expect(log.durableIndex <= log.lastIndex)
            let all = (1...30).map { Entry(index: UInt64($0), kind: 3, payload: payload($0, size: 400)) }
            #expect(try log.entries() == all)
            #expect(try log.entries(from: 30, limit: 9) == [all[29]])
            #expect(try log.entries(from: 12, limit: 4) == Array(all[11..<15]))
            try log.truncateBack(after: 20)
            #expect(log.lastIndex == 20)
            #expect(try log.append([1]) == 21)
            try log.truncateFront(before: 12)
            #expect(log.firstIndex <= 12)
            #expect(try log.entries(from: 12).map(\.index) == Array(12...21))
            if log.firstIndex > 1 {
                #expect(failure { () throws(StorageError) in _ = try log.entries(from: log.firstIndex - 1) } != nil)
            }
            #expect(
                failure { () throws(StorageError) in try log.read(from: 0) { (_, _, _) throws(StorageError) in true } }
                    != nil)
            try log.close()
            try log.close()
        }
    }

    /// Operations by chance, against an array.
    @Test(arguments: 0..<12) func aRandomRunEqualsItsModel(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let disk = SimulatedDisk(recordsTrace: false)
        var model: [Entry] = []
        var first: UInt64 = 1
        func options() -> WALOptions {
            var options = WALOptions.small(RoundTripTests.policies[random.below(5)], blocks: 64 << random.below(5))
            options.compression = RoundTripTests.compressions[random.below(RoundTripTests.compressions.count)]
            options.segmentBytes = 4096 * (1 + random.below(3))
            options.method = random.chance(0.2) ? .directDsync : .fdatasync
            options.recoveryThreads = 1 + random.below(3)
            options.threading = random.chance(0.3) ? .threads : .inline
            options.recycledSegments = random.below(3)
            return options
        }
        var log = try WriteAheadLog(on: disk, options: options())
        for step in 0..<rounds(250) {
            var last: UInt64 { first + UInt64(model.count) - 1 }
            let action = random.below(20)
            switch action {
            case 0..<9:
                let bytes = payload(step, size: random.below(random.chance(0.1) ? 6000 : 300))
                let kind = UInt8(random.below(256))
                let index = try log.append(bytes, kind: kind)
                #expect(index == last + 1, "seed \(seed), step \(step)")
                model.append(Entry(index: index, kind: kind, payload: bytes))
            case 9..<12:
                for part in 0..<random.below(20) {
                    let bytes = payload(step + part, size: random.below(400))
                    model.append(Entry(index: try log.submit(bytes), payload: bytes))
                }
                _ = try log.wait(through: last)
            case 12: try log.sync()
            case 13 where !model.isEmpty:
                let index = first + random.below(UInt64(model.count + 1)) - 1
                try log.truncateBack(after: index)
                model.removeAll { $0.index > index }
            case 14:
                try log.truncateFront(before: first + random.below(UInt64(model.count + 2)))
                model.removeAll { $0.index < log.firstIndex }
                first = log.firstIndex
            case 15 where random.chance(0.2):
                first = 1 + random.below(last + 50)
                try log.reset(next: first)
                model = []
            case 16, 17:
                if random.chance(0.5) { try log.close() } else { log.abandon() }
                var replayed: [Entry] = []
                log = try WriteAheadLog(on: disk, options: options()) { (index, kind, payload) throws(StorageError) in
                    replayed.append(Entry(index: index, kind: kind, payload: copy(payload)))
                    return true
                }
                try #require(replayed == model, "seed \(seed), step \(step): \(log.recovery)")
            default:
                guard !model.isEmpty else { continue }
                let at = random.below(model.count)
                let found = try log.entries(from: model[at].index, limit: 5)
                #expect(found == Array(model[at...].prefix(5)), "seed \(seed), step \(step)")
            }
            try #require(log.firstIndex == first && log.lastIndex == last, "seed \(seed), step \(step)")
        }
        #expect(try log.entries() == model, "seed \(seed)")
        log.abandon()
    }
}
