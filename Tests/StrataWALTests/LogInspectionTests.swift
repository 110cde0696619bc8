import StrataCodec
import StrataDisk
import StrataSim
import StrataWAL
import Testing

@Suite struct LogInspectionTests {
    /// A closed log of several sealed segments, as durable files.
    private func log(
        _ count: Int = 60, _ compression: Compression = .none, closes: Bool = true
    ) throws -> (disk: SimulatedDisk, entries: [Entry]) {
        let disk = SimulatedDisk(recordsTrace: false)
        var options = WALOptions.small(blocks: 256)
        options.compression = compression
        let log = try WriteAheadLog(on: disk, options: options)
        for number in 1...count { try log.append(payload(number, size: 200), kind: UInt8(number % 5)) }
        let entries = try log.entries()
        if closes { try log.close() } else { log.abandon() }
        return (disk.killed(), entries)
    }

    /// A fresh disk with the files of `disk`, changed by `change`.
    private func copy(
        of disk: SimulatedDisk, _ change: (inout [String: [UInt8]]) -> Void = { _ in }
    ) throws -> SimulatedDisk {
        var files: [String: [UInt8]] = [:]
        for name in try disk.list() { files[name] = disk.contents(of: name) }
        change(&files)
        let other = SimulatedDisk(recordsTrace: false)
        for (name, bytes) in files { other.install(name, bytes) }
        return other
    }

    private func segments(_ disk: SimulatedDisk) throws -> [String] {
        try disk.list().filter { if case .segment = SegmentName($0) { true } else { false } }.sorted()
    }

    private func dictionary() throws -> CompressionDictionary {
        try CompressionDictionary.train(on: (1...400).map { payload($0, size: 200) }, capacity: 4096)
    }

    @Test func aGoodLogIsDescribedAsItIs() throws {
        for compression in [
            Compression.none, .lz4, .zstd(level: 3), .zstdDictionary(level: 3, dictionary: try dictionary()),
        ] {
            let (disk, entries) = try log(60, compression)
            var seen: [Entry] = []
            var blocks = 0
            let found = try LogInspection.run(on: disk, clock: SimulatedClock()) { _ in
                blocks += 1
            } onEntry: { index, kind, payload in
                seen.append(Entry(index: index, kind: kind, payload: payload.withUnsafeBytes { Array($0) }))
            }
            #expect(found.verdict == .intact && found.isIntact && found.loss == nil)
            #expect(seen == entries)
            #expect((found.firstIndex, found.lastIndex, found.durableIndex) == (1, 60, 60))
            #expect(found.segments.count > 2)
            #expect(found.segments.map(\.name) == (try segments(disk)))
            #expect(found.segments.reduce(0) { $0 + $1.entries } == 60)
            #expect(UInt64(blocks) == found.blocks + found.segments.reduce(0) { $0 + $1.closings })
            #expect(found.segments.last?.closings == 1)
            // Length and kind of an entry take 8 bytes.
            #expect(found.rawBytes == 60 * 208)
            let largest = found.segments.flatMap { $0.blocksByCodec.keys }.map(\.rawValue).max()
            #expect(largest == compression.codec.rawValue)
            #expect(compression == .none ? found.ratio == 1 : found.ratio! > 1.2)
            for segment in found.segments {
                #expect(segment.isNewest || segment.freeBytes == 0, "a sealed segment is cut to its end")
                #expect(segment.end + segment.freeBytes == segment.size)
            }
            if case .zstdDictionary(_, let dictionary) = compression {
                #expect(found.dictionaries.map(\.id) == [dictionary.id])
            }
        }
    }

    @Test func lookingChangesNothing() throws {
        let (disk, _) = try log(closes: false)
        let damaged = try copy(of: disk) { files in
            files[files.keys.filter { $0.hasPrefix("wal-") }.sorted()[1]]![100] ^= 1
            files["LOCK"] = nil
        }
        let before = try damaged.list().sorted()
        let points = damaged.pointCount
        _ = try WriteAheadLog.verify(on: damaged)
        #expect(try damaged.list().sorted() == before)
        #expect(damaged.pointCount == points, "no call that can change anything")
    }

    @Test(arguments: [0, 1])
    func everyFlippedBitOfASealedSegmentIsReportedWithItsPlace(_ kind: Int) throws {
        let (disk, _) = try log(40, kind == 0 ? .none : .lz4)
        let names = try segments(disk)
        let name = names[1]
        let size = try #require(disk.contents(of: name)).count
        // A header, the blocks, their padding: all of it, or every bit of each seventh byte.
        for offset in stride(from: 0, to: size, by: Environment.sweepsAll ? 1 : 7) {
            for bit in 0..<8 {
                let damaged = try copy(of: disk) { $0[name]![offset] ^= 1 << UInt8(bit) }
                let found: LogInspection
                do {
                    found = try LogInspection.run(on: damaged)
                } catch {
                    Issue.record("byte \(offset) bit \(bit): \(error)")
                    continue
                }
                let reported = found.damage.filter { $0.file == "/sim/\(name)" }
                #expect(!found.isIntact && !reported.isEmpty, "byte \(offset) bit \(bit) of \(name)")
                #expect(reported.allSatisfy { $0.offset <= UInt64(offset) || offset < 64 }, "byte \(offset) bit \(bit)")
            }
        }
    }

    @Test func aClosingBlockInFrontOfTheNextSegmentIsLookedAtToo() throws {
        let (disk, _) = try log(12)
        // Reopened, and written to with what has no room left: the block of the close ends a sealed segment.
        let log = try WriteAheadLog(on: disk, options: .small(blocks: 256))
        try log.append(payload(13, size: 3000))
        try log.close()
        let first = try #require(try LogInspection.run(on: disk).segments.first)
        #expect(first.supersededBytes == 48 && first.supersededDamage == nil && first.lastIndex == 12)
        for name in try segments(disk) {
            let bytes = try #require(disk.contents(of: name))
            let found = try LogInspection.run(on: disk, only: name)
            for offset in stride(from: 0, to: Int(found.segments[0].end + found.segments[0].supersededBytes), by: 16) {
                let damaged = try copy(of: disk) { $0[name]![offset] ^= 0x10 }
                let whole = try LogInspection.run(on: damaged)
                let told = whole.segments.contains {
                    $0.name == name && ($0.damage ?? $0.bodyDamage ?? $0.supersededDamage) != nil
                }
                #expect(told, "byte \(offset) of \(name), \(bytes.count) bytes")
            }
        }
    }

    @Test func lossAndRepairAgree() throws {
        let (disk, entries) = try log()
        let names = try segments(disk)
        let whole = try LogInspection.run(on: disk)
        for (place, name) in names.enumerated().dropLast() {
            let size = try #require(disk.contents(of: name)).count
            for offset in [20, 70, size / 2, size - 10] {
                let damaged = try copy(of: disk) { $0[name]![offset] ^= 4 }
                let found = try LogInspection.run(on: damaged)
                guard case .corrupt(let cause) = found.verdict, let loss = found.loss else {
                    Issue.record("byte \(offset) of \(name): \(found.verdict)")
                    continue
                }
                #expect(cause.file == "/sim/\(name)")
                #expect(loss.entries == found.lastIndex + 1...60)
                // Entries behind the damaged block are whole; of a damaged header's segment none can be told.
                let behind = offset < 64 ? 0 : loss.wholeEntries.first?.lowerBound ?? 0
                #expect(offset < 64 || place == names.count - 1 || behind > found.lastIndex + 1)
                if offset == 70 { #expect(behind <= whole.segments[place].lastIndex, "the next block is whole") }
                #expect(loss.wholeEntries.last?.upperBound == 60)

                let report = try WriteAheadLog.repair(on: damaged, options: found.repairOptions)
                #expect(report.lastIndex == found.lastIndex)
                #expect(report.droppedBytes == loss.bytes)
                #expect(report.droppedSegments == loss.segments)
                let after = try LogInspection.run(on: damaged)
                #expect(after.isIntact && after.lastIndex == found.lastIndex)
                #expect(try recovered(damaged, .small()).entries == Array(entries.prefix(Int(found.lastIndex))))
            }
        }
    }

    @Test func aMissingSegmentIsDamageOfTheLog() throws {
        let (disk, _) = try log()
        let names = try segments(disk)
        let found = try LogInspection.run(on: copy(of: disk) { $0[names[2]] = nil })
        guard case .corrupt(let cause) = found.verdict else {
            Issue.record("\(found.verdict)")
            return
        }
        #expect(cause.kind == .missing && cause.file == "/sim/\(names[2])")
        #expect(found.damage == [cause])
        #expect(found.loss?.segments == Array(names[3...]))
    }

    @Test func aTornTailIsIntactWithANote() throws {
        let (disk, _) = try log(30, closes: false)
        let name = try #require(try segments(disk).last)
        let whole = try LogInspection.run(on: disk)
        let end = try #require(whole.segments.last).end
        // The last block was written, but no later one proves that its sync completed.
        let torn = try copy(of: disk) { $0[name]![Int(end) - 20] ^= 1 }
        let found = try LogInspection.run(on: torn)
        guard case .torn(let place) = found.verdict else {
            Issue.record("\(found.verdict)")
            return
        }
        #expect(found.isIntact && found.damage.isEmpty)
        #expect(place.file == "/sim/\(name)")
        #expect(found.loss!.bytes > 0 && found.segments.last!.brokenBytes == found.loss!.bytes)
        #expect(try recovered(torn, .small()).report.lastIndex == found.lastIndex)
    }

    @Test func aDictionaryThatIsGoneOrRottenIsDamageOfItsOwn() throws {
        let (disk, _) = try log(60, .zstdDictionary(level: 3, dictionary: try dictionary()))
        let name = try #require(try disk.list().first { $0.hasSuffix(".zdict") })
        let gone = try LogInspection.run(on: copy(of: disk) { $0[name] = nil })
        #expect(gone.damage.count == 1 && gone.damage[0].kind == .missing && gone.damage[0].file == "/sim/\(name)")
        #expect(gone.verdict == .intact && gone.lastIndex == 60, "repair has nothing to give up")
        let rotten = try LogInspection.run(on: copy(of: disk) { $0[name]![300] ^= 1 })
        #expect(rotten.damage.count == 1 && rotten.damage[0].file == "/sim/\(name)")
    }

    @Test func aLogInUseIsSaidToBe() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try WriteAheadLog(on: disk, options: .small())
        try log.append([1, 2, 3])
        #expect(try LogInspection.run(on: disk).isOpenElsewhere == true)
        try log.close()
        let found = try LogInspection.run(on: disk)
        #expect(found.isOpenElsewhere == false)
        let again = try WriteAheadLog(on: disk, options: .small())
        #expect(again.lastIndex == 1, "looking keeps no lock")
        again.abandon()
    }

    @Test func oneSegmentIsInspectedAlone() throws {
        let (disk, entries) = try log()
        let names = try segments(disk)
        var seen: [UInt64] = []
        let found = try LogInspection.run(on: disk, only: names[1], onEntry: { index, _, _ in seen.append(index) })
        #expect(found.segments.map(\.name) == [names[1]] && found.isIntact)
        #expect(seen == Array(found.firstIndex...found.lastIndex))
        let short = try copy(of: disk) { $0[names[1]]!.removeLast(8) }
        #expect(try !LogInspection.run(on: short, only: names[1]).isIntact)
        // Under any name: by its header.
        let renamed = try copy(of: disk) { $0 = ["copy.bin": $0[names[2]]!] }
        let alone = try LogInspection.run(on: renamed, only: "copy.bin")
        #expect(alone.isIntact && entries.contains { $0.index == alone.firstIndex })
    }

    @Test func whatIsNoLogIsRefused() throws {
        let empty = SimulatedDisk(recordsTrace: false)
        #expect(throws: StorageError.self) { try LogInspection.run(on: empty) }
        let foreign = SimulatedDisk(recordsTrace: false)
        foreign.install("notes.txt", [1, 2, 3])
        #expect(throws: StorageError.self) { try LogInspection.run(on: foreign) }
        #expect(throws: StorageError.self) { try LogInspection.run(on: foreign, only: "notes.txt") }
        #expect(try foreign.list() == ["notes.txt"])
    }

    @Test func entriesThatACutReplacedAreNotShown() throws {
        let (disk, _) = try log(closes: false)
        let log = try WriteAheadLog(on: disk, options: .small(blocks: 256))
        try log.truncateBack(after: 40)
        for number in 101...104 { try log.append(payload(number, size: 200)) }
        let wanted = try log.entries()
        try log.close()
        var seen: [Entry] = []
        let found = try LogInspection.run(
            on: disk,
            onEntry: { index, kind, payload in
                seen.append(Entry(index: index, kind: kind, payload: payload.withUnsafeBytes { Array($0) }))
            })
        #expect(seen == wanted && found.isIntact && found.lastIndex == 44)
    }
}
