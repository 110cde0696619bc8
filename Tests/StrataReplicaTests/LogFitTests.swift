import StrataReplica
import Testing

@Suite struct LogFitTests {
    /// Every row of the table, and its edges: checkpoint, first, last.
    @Test(
        arguments: [
            (0, 1, 0, LogFit.replay(1..<1)),  // a new store
            (0, 1, 5, .replay(1..<6)),
            (5, 1, 5, .replay(6..<6)),  // meets: nothing to replay
            (5, 1, 9, .replay(6..<10)),
            (5, 6, 9, .replay(6..<10)),  // begins right after the checkpoint
            (5, 6, 5, .replay(6..<6)),  // the same, empty
            (5, 1, 4, .restart(next: 6)),  // ends before
            (5, 1, 0, .restart(next: 6)),  // a new log beside a restored store
            (5, 4, 3, .restart(next: 6)),  // empty, and before
            (5, 7, 9, .gap(6...6)),
            (0, 3, 2, .gap(1...2)),  // empty, and numbered past the checkpoint
        ] as [(UInt64, UInt64, UInt64, LogFit)])
    func theTableDecides(_ checkpoint: UInt64, _ first: UInt64, _ last: UInt64, _ verdict: LogFit) {
        #expect(LogFit(checkpoint: checkpoint, first: first, last: last) == verdict)
    }
}
