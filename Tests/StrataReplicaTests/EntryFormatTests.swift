import StrataDisk
import StrataReplica
import StrataSim
import StrataWAL
import Testing

@Suite struct EntryFormatTests {
    /// Written by hand from the drawing.
    private let golden: [UInt8] = [
        0x15, 0xCD, 0x5B, 0x07, 0x00, 0x00, 0x00, 0x00,  // time: 123,456,789 ms
        0x2A, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,  // command: the number 42
    ]

    @Test func aCommandIsLoggedAsDrawn() throws {
        let log = MemoryLog()
        let local = try LocalLog(
            machine: CounterMachine(on: SimulatedDisk()), wallClock: SetWallClock(123_456_789)
        ) { (_, _) in log }
        #expect(try local.execute(command(42).span.bytes) == 42)
        var found: [(UInt64, UInt8, [UInt8])] = []
        try log.read(from: 1) { (index, kind, payload) throws(StorageError) in
            found.append((index, kind, bytes(payload)))
            return true
        }
        #expect(found.count == 1)
        #expect(found[0] == (1, 1, golden))
    }

    @Test func theDrawnBytesReadBack() throws {
        let (time, number) = try EntryFormat.decode(kind: 1, golden.span.bytes, index: 7, place: "log") {
            (time, command, outcome) throws(StorageError) in
            #expect(outcome.byteCount == 0)
            return (time, bytes(command))
        }
        #expect(time == 123_456_789)
        #expect(number == command(42))
    }

    @Test(arguments: [0, 3, 255] as [UInt8])
    func anotherKindIsRefused(_ kind: UInt8) {
        let error = failure { () throws(StorageError) in
            try EntryFormat.decode(kind: kind, golden.span.bytes, index: 7, place: "log") { (_, _, _) in }
        }
        #expect(error?.kind == .corrupt(field: "kind of entry 7", expected: "1 or 2", found: "\(kind)"))
    }

    @Test func anEntryWithoutATimeIsRefused() {
        let short = Array(golden[..<7])
        let error = failure { () throws(StorageError) in
            try EntryFormat.decode(kind: 1, short.span.bytes, index: 7, place: "log") { (_, _, _) in }
        }
        #expect(error?.kind == .corrupt(field: "length of entry 7", expected: "at least 8", found: "7"))
    }

    @Test func anOutcomeStandsBehindItsCommand() throws {
        let entry = golden + [0xAA, 0xBB, 0xCC, 3]
        let (time, number, outcome) = try EntryFormat.decode(kind: 2, entry.span.bytes, index: 7, place: "log") {
            (time, command, outcome) throws(StorageError) in (time, bytes(command), bytes(outcome))
        }
        #expect(time == 123_456_789)
        #expect(number == command(42))
        #expect(outcome == [0xAA, 0xBB, 0xCC])
    }

    /// The count at the end may be anything: it must not reach into the time.
    @Test(arguments: [9, 100, 255] as [UInt8])
    func anOutcomeLongerThanItsEntryIsRefused(_ size: UInt8) {
        let entry = golden[..<16] + [size]
        let error = failure { () throws(StorageError) in
            try EntryFormat.decode(kind: 2, Array(entry).span.bytes, index: 7, place: "log") { (_, _, _) in }
        }
        #expect(error?.kind == .corrupt(field: "outcome of entry 7", expected: "at most 8 bytes", found: "\(size)"))
    }
}
