import StrataCodec
import StrataDisk
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// Bytes that are not what was written.
@Suite struct DamageTests {
    /// Three segments and a bit, closed in good order.
    private func closedLog() throws -> (disk: SimulatedDisk, entries: [Entry]) {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try WriteAheadLog(on: disk, options: .small(blocks: 512))
        for number in 1...14 { try log.append(payload(number, size: number == 10 ? 90 : 700)) }
        let entries = try log.entries()
        try log.close()
        return (disk, entries)
    }

    private func segments(_ disk: SimulatedDisk) throws -> [String] {
        try disk.list().filter { $0.hasSuffix(".seg") }.sorted()
    }

    /// The files of `disk`, on one of its own, with one of them changed.
    private func changed(_ disk: SimulatedDisk, _ name: String, _ change: (inout [UInt8]) -> Void) throws
        -> SimulatedDisk
    {
        let copy = SimulatedDisk(recordsTrace: false)
        for file in try disk.list() where file.hasSuffix(".seg") {
            var bytes = disk.contents(of: file) ?? []
            if file == name { change(&bytes) }
            copy.install(file, bytes)
        }
        return copy
    }

    /// What opening makes of it: the error, or the entries.
    private func opening(_ disk: SimulatedDisk) -> Result<[Entry], StorageError> {
        do throws(StorageError) { return .success(try recovered(disk, .small()).entries) } catch {
            return .failure(error)
        }
    }

    @Test func everyFlippedBitOfASealedSegmentIsReportedWithItsPlace() throws {
        let (disk, _) = try closedLog()
        let names = try segments(disk)
        #expect(names.count >= 3)
        let bytes = disk.contents(of: names[1]) ?? []
        for offset in bytes.indices {
            // All bits of headers; of a body, whose every byte has the same checksum, one bit each by default.
            let bits = Environment.sweepsAll || offset < 200 ? Array(0..<8) : [offset % 8]
            for bit in bits {
                let rotten = try changed(disk, names[1]) { $0[offset] ^= 1 << UInt8(bit) }
                guard case .failure(let error) = opening(rotten) else {
                    Issue.record("bit \(bit) of byte \(offset) went unnoticed")
                    return
                }
                let isDamage =
                    switch error.kind {
                    case .corrupt, .newerVersion: true
                    default: false
                    }
                #expect(
                    isDamage && error.file.hasSuffix(names[1]) && error.offset <= UInt64(offset + 8),
                    "\(offset).\(bit): \(error)")
                if case .corrupt = error.kind { #expect(error.remedy.contains("repair"), "\(error)") }
            }
        }
    }

    @Test func aFlippedBitOfTheNewestSegmentNeverBecomesData() throws {
        let (disk, entries) = try closedLog()
        let name = try segments(disk).last ?? ""
        let bytes = disk.contents(of: name) ?? []
        let used = (bytes.lastIndex { $0 != 0 } ?? 0) + 8
        for offset in 0..<min(used, bytes.count) {
            let rotten = try changed(disk, name) { $0[offset] ^= 1 << UInt8(offset % 8) }
            if case .success(let found) = opening(rotten) {
                #expect(found == Array(entries.prefix(found.count)), "byte \(offset)")
            }
        }
    }

    @Test func repairKeepsWhatStandsBeforeTheDamageAndSaysWhatItDrops() throws {
        let (disk, entries) = try closedLog()
        let names = try segments(disk)
        for (place, name) in names.enumerated() {
            let bytes = disk.contents(of: name) ?? []
            for offset in stride(from: 0, to: min(bytes.count, 3000), by: 37) where offset < 8 || offset > 11 {
                let rotten = try changed(disk, name) { $0[offset] ^= 0x10 }
                guard case .failure = opening(rotten) else { continue }
                let report = try WriteAheadLog.repair(on: rotten, options: .small())
                guard case .repaired(let damage) = report.outcome else {
                    Issue.record("\(name) at \(offset): \(report)")
                    continue
                }
                #expect(damage.file.hasSuffix(name) && report.droppedBytes > 0)
                #expect(report.droppedSegments.count >= names.count - place - 1)
                let (found, again) = try recovered(rotten, .small())
                #expect(found == Array(entries.prefix(found.count)) && again.outcome == .intact)
                #expect(found.last?.index ?? 0 == report.lastIndex)
                for dropped in names[(place + 1)...] { #expect(rotten.contents(of: dropped + ".dropped") != nil) }
            }
        }
    }

    @Test func aMissingSegmentIsNamed() throws {
        let (disk, _) = try closedLog()
        let names = try segments(disk)
        try disk.remove(names[1])
        let error = failure { () throws(StorageError) in _ = try recovered(disk, .small()) }
        #expect(error?.kind == .missing && error?.file.hasSuffix(names[1]) == true, "\(String(describing: error))")
    }

    @Test func aSegmentOfAnotherLogIsRefusedAndNotReplayed() throws {
        let (disk, _) = try closedLog()
        var options = WALOptions.small(blocks: 512)
        options.seed = 77
        let other = SimulatedDisk(recordsTrace: false)
        let log = try WriteAheadLog(on: other, options: options)
        for number in 1...14 { try log.append(payload(number + 500, size: number == 10 ? 90 : 700)) }
        log.abandon()
        for name in try segments(disk).dropFirst() {
            guard let foreign = other.contents(of: name) else { continue }
            for threads in [1, 3] {
                let mixed = try changed(disk, name) { $0 = foreign }
                var options = WALOptions.small()
                options.recoveryThreads = threads
                var last: UInt64 = 0
                let error = failure { () throws(StorageError) in
                    _ = try WriteAheadLog(on: mixed, options: options) { (index, _, bytes) throws(StorageError) in
                        #expect(copy(bytes) == payload(Int(index), size: index == 10 ? 90 : 700))
                        last = index
                        return true
                    }
                }
                guard case .corrupt(field: "log id", _, _) = error?.kind else {
                    Issue.record("\(name): \(String(describing: error)), replayed \(last)")
                    continue
                }
                #expect(error?.file.hasSuffix(name) == true && error?.offset == 40)
                #expect(mixed.contents(of: name) == foreign, "nothing is removed unasked")
            }
        }
    }

    @Test func otherFilesAreNoLog() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        disk.install("holiday.jpg", [1, 2, 3])
        let error = failure { () throws(StorageError) in _ = try WriteAheadLog(on: disk, options: .small()) }
        guard case .invalid(let reason) = error?.kind else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("holiday.jpg"))
        #expect(try disk.list().filter { $0 != "LOCK" } == ["holiday.jpg"])
    }

    @Test func aNewerVersionIsNotDamage() throws {
        let (disk, _) = try closedLog()
        let newer = try changed(disk, try segments(disk)[0]) { $0[8] = 2 }
        guard case .failure(let error) = opening(newer) else {
            Issue.record("opened")
            return
        }
        #expect(error.kind == .newerVersion(found: 2, supported: 1))
    }

    @Test func aMissingDictionaryIsNamed() throws {
        guard let dictionary = RoundTripTests.dictionary else { return skip("zstd trained no dictionary") }
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small(blocks: 512)
        options.compression = .zstdDictionary(level: 1, dictionary: dictionary)
        let log = try WriteAheadLog(on: disk, options: options)
        try log.append(payload(1, size: 900))
        try log.close()
        let name = SegmentName.dictionary(dictionary.id)
        for offset in 0..<40 {
            let rotten = disk.rebooted(keeping: .everything)
            try rotten.rot(name, at: offset, mask: 1)
            let error = failure { () throws(StorageError) in _ = try recovered(rotten, options) }
            #expect(error?.file.contains(name) == true, "\(offset): \(String(describing: error))")
        }
        try disk.remove(name)
        let error = failure { () throws(StorageError) in _ = try recovered(disk, .small()) }
        #expect(error?.kind == .missing && error?.file.hasSuffix(name) == true)
    }

    /// Any bytes at all: an error or entries, and no more memory than the files are large.
    @Test(arguments: 0..<4) func anyBytesAreReadWithoutHarm(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let (disk, entries) = try closedLog()
        let names = try segments(disk)
        for round in 0..<rounds(400) {
            let name = names[random.below(names.count)]
            let mutated = try changed(disk, name) { bytes in
                switch random.below(5) {
                case 0: for _ in 0..<1 + random.below(6) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
                case 1: bytes = (0..<random.below(6000)).map { _ in UInt8(random.below(256)) }
                case 2: bytes.removeLast(random.below(bytes.count))
                case 3:
                    let (from, to) = (random.below(bytes.count), random.below(bytes.count))
                    let count = min(random.below(300), bytes.count - max(from, to))
                    bytes.replaceSubrange(to..<to + count, with: Array(bytes[from..<from + count]))
                default: Self.forge(&bytes, &random)
                }
            }
            switch opening(mutated) {
            case .success(let found):
                let isForged = found != Array(entries.prefix(found.count))
                if isForged {
                    #expect(found.map(\.index) == Array(0..<UInt64(found.count)).map { (found.first?.index ?? 1) + $0 })
                }
            case .failure(let error):
                #expect(!error.description.isEmpty)
                let report = Result { try WriteAheadLog.repair(on: mutated, options: .small()) }
                if case .success = report {
                    #expect(
                        failure { () throws(StorageError) in _ = try recovered(mutated, .small()) } == nil,
                        "seed \(seed), round \(round)")
                }
            }
        }
    }

    /// A field of the first block's header changed, and its checksum made to fit.
    private static func forge(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let field = [16, 24, 32, 36, 40, 44][random.below(6)]
        for byte in 0..<4 { bytes[64 + field + byte] = random.chance(0.5) ? 0xFF : UInt8(random.below(256)) }
        let stored = bytes[96..<100].reversed().reduce(0) { $0 << 8 | Int($1) }
        let end = 64 + SegmentFormat.blockSize(stored: stored)
        guard end <= bytes.count else { return }
        let crc = CRC32C.checksum(bytes[72..<end].span.bytes)
        for byte in 0..<4 { bytes[68 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
    }
}
