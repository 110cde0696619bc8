import StrataCodec
import StrataDisk
import StrataJournal
import StrataSim
import StrataWAL
import Testing

/// The power fails while a damaged log is repaired: opening it, or repairing it again, finds every entry before the damage.
@Suite struct RepairCrashTests {
    /// A log's files on a disk where they are durable, and what was in it.
    private func files(_ options: WALOptions, _ sizes: [Int]) throws -> (files: [String: [UInt8]], entries: [Entry]) {
        let disk = SimulatedDisk(recordsTrace: false)
        let log = try WriteAheadLog(on: disk, options: options)
        for (number, size) in sizes.enumerated() { try log.append(payload(number + 1, size: size)) }
        let entries = try log.entries()
        log.abandon()
        var files: [String: [UInt8]] = [:]
        for name in try disk.list() where name.hasSuffix(".seg") { files[name] = disk.contents(of: name) }
        return (files, entries)
    }

    /// Repairs, cuts the power at every point of that, and returns how many states there were and how many entries are
    /// kept.
    @discardableResult
    private func sweep(
        _ files: [String: [UInt8]], _ entries: [Entry], _ options: WALOptions, _ name: String
    ) throws -> (states: Int, kept: Int) {
        let disk = SimulatedDisk()
        for (file, bytes) in files { disk.install(file, bytes) }
        let report = try WriteAheadLog.repair(on: disk, options: options)
        guard case .repaired = report.outcome else {
            Issue.record("\(name): \(report.outcome)")
            return (0, 0)
        }
        let kept = Int(report.lastIndex)
        var bounds = CrashStates.Bounds()
        if !Environment.sweepsAll { (bounds.subsets, bounds.singles, bounds.random) = (64, 16, 8) }
        var states = 0
        var violations = 0
        CrashStates(of: disk.trace, bounds: bounds).forEach { state in
            states += 1
            guard violations < 3 else { return }
            let found = Result { () throws(StorageError) -> [Entry] in
                do { return try recovered(state.disk, options).entries } catch {
                    _ = try WriteAheadLog.repair(on: state.disk, options: options)
                    return try recovered(state.disk, options).entries
                }
            }
            if case .success(let found) = found, found.count >= kept, found == Array(entries.prefix(found.count)) {
                return
            }
            violations += 1
            Issue.record("\(name): of \(kept) entries \(found.map(\.count))\n\(state)")
        }
        return (states, kept)
    }

    @Test func aRepairLosesNothingBeforeTheDamage() throws {
        let options = WALOptions.small(blocks: 512)
        let (files, entries) = try self.files(options, (1...14).map { $0 == 10 ? 90 : 700 })
        var states = 0
        for name in files.keys.sorted().dropLast() {
            // The header, the first block's header and body, a later block.
            for offset in [20, 64 + 20, 64 + 200, 64 + 48 + 712 + 300] {
                var rotten = files
                rotten[name]?[offset] ^= 0x10
                states += try sweep(rotten, entries, options, "\(name) at \(offset)").states
            }
        }
        print("crash sweep repair: \(states) states")
    }

    /// The segment that repair replaces can hold entries that no sync is known to cover: they are written again.
    @Test func aBlockThatDoesNotDecodeTakesNothingBeforeIt() throws {
        var options = WALOptions.small(.everyBytes(1 << 20), blocks: 512)
        options.compression = .lz4
        let (whole, entries) = try self.files(options, [700, 700, 700])
        var files = whole
        let name = SegmentName.segment(1)
        let second = 64 + SegmentFormat.blockSize(stored: stored(of: files[name] ?? [], at: 64))
        files[name]?.withUnsafeMutableBufferPointer { bytes in
            let size = SegmentFormat.blockSize(stored: stored(of: Array(bytes), at: second))
            for offset in second + 48..<second + 60 { bytes[offset] = 0xFF }
            let crc = CRC32C.checksum(Array(bytes[second + 8..<second + size]).span.bytes)
            for byte in 0..<4 { bytes[second + 4 + byte] = UInt8(truncatingIfNeeded: crc >> UInt32(8 * byte)) }
        }
        let kept = try sweep(files, entries, options, "undecodable").kept
        #expect(kept == 1)
    }

    private func stored(of bytes: [UInt8], at block: Int) -> Int {
        bytes[block + 32..<block + 36].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
