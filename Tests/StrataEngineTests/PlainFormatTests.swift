import StrataDisk
import StrataEngine
import StrataJournal
import StrataSim
import StrataWAL
import Testing

/// PlainFormat: what stands in the log is what the drawing shows.
@Suite struct PlainFormatTests {
    @Test func commandsAreLoggedAsDrawn() throws {
        let disk = SimulatedDisk(recordsTrace: false)
        let engine = try PlainEngine(on: disk, options: .small())
        try engine.put(text("key").span.bytes, text("value").span.bytes)
        try engine.remove(text("key").span.bytes)
        engine.abandon()

        // Before each command stand the 8 bytes of its time (EntryFormat).
        var commands: [[UInt8]] = []
        var options = WALOptions()
        options.threading = .inline
        let log = try WriteAheadLog(on: disk.killed(), options: options)
        try log.read(from: 1) { (_, _, payload) throws(StorageError) in
            commands.append(Array(bytes(payload).dropFirst(8)))
            return true
        }
        log.abandon()
        #expect(
            commands == [
                [1, 3, 0, 0, 0] + text("key") + text("value"),
                [2, 3, 0, 0, 0] + text("key"),
            ])
    }
}
