import StrataDisk
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// The drawing in SegmentFormat.swift, byte by byte.
@Suite struct FormatTests {
    @Test func theWriterWritesTheDrawing() throws {
        let disk = SimulatedDisk()
        var options = WALOptions.small()
        options.seed = 42
        let log = try WriteAheadLog(on: disk, options: options)
        try log.append(Array("hello".utf8), kind: 7)
        try log.submit([], kind: 1)
        try log.submit([0xAB], kind: 2)
        _ = try log.wait(through: 3)
        try log.close()
        let bytes = disk.contents(of: "wal-00000000000000000001.seg") ?? []
        #expect(bytes.count == 4096)
        try GoldenBytes(Golden.closedLog).expect(Array(bytes.prefix(248)))
        #expect(bytes[248...].allSatisfy { $0 == 0 })
    }

    @Test func theReaderReadsTheDrawing() throws {
        let disk = SimulatedDisk()
        disk.install("wal-00000000000000000001.seg", try GoldenBytes(Golden.closedLog).bytes)
        let (entries, report) = try recovered(disk, .small())
        #expect(
            entries == [
                Entry(index: 1, kind: 7, payload: Array("hello".utf8)), Entry(index: 2, kind: 1, payload: []),
                Entry(index: 3, kind: 2, payload: [0xAB]),
            ])
        #expect(report.outcome == .intact && report.blocks == 3)
    }

    @Test func namesOfFiles() {
        #expect(SegmentName.segment(1) == "wal-00000000000000000001.seg")
        #expect(SegmentName("wal-00000000000000000001.seg") == .segment(first: 1))
        #expect(SegmentName("wal-18446744073709551615.seg") == .segment(first: .max))
        #expect(SegmentName("wal-18446744073709551616.seg") == .foreign)
        #expect(SegmentName("wal-1.seg") == .foreign)
        #expect(SegmentName("pool-12.tmp") == .pool(number: 12))
        #expect(SegmentName("pool-x.tmp") == .dropped)
        #expect(SegmentName("dict-7.zdict") == .dictionary(id: 7))
        #expect(SegmentName("LOCK") == .lock)
        #expect(SegmentName("wal-00000000000000000001.seg.dropped") == .dropped)
        #expect(SegmentFormat.blockSize(stored: 0) == 48 && SegmentFormat.blockSize(stored: 1) == 56)
    }
}
