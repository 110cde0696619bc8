import Glibc
import StrataCodec
import StrataDisk
import StrataJournal
import StrataSim
import StrataTesting
import StrataWAL
import Testing

/// Calls that fail: a clear error, nothing tried again, nothing acknowledged lost.
@Suite struct FaultTests {
    /// The n-th call fails, for every n that the run gets to.
    @Test(arguments: DiskFault.Call.allCases) func everyCallThatFailsIsReportedAndLosesNothing(_ call: DiskFault.Call)
        throws
    {
        let outcomes: [DiskFault.Outcome] =
            call == .write ? [.ioError, .noSpace, .short(bytes: 100)] : [.ioError, .noSpace]
        for outcome in outcomes {
            for nth in 1...60 {
                let disk = SimulatedDisk(recordsTrace: false)
                var acknowledged: [Entry] = []
                var submitted: [Entry] = []
                disk.inject(DiskFault(call, outcome, nth: nth))
                var opened: WriteAheadLog?
                let failed = failure { () throws(StorageError) in
                    let log = try WriteAheadLog(on: disk, options: .small(blocks: 128))
                    opened = log
                    for number in 1...12 {
                        let bytes = payload(number, size: number % 4 == 0 ? 20 : 1300)
                        submitted.append(Entry(index: UInt64(number), payload: bytes))
                        _ = try log.append(bytes)
                        acknowledged = submitted
                        if number % 4 == 0 { _ = try log.entries(from: log.firstIndex + 1) }
                    }
                    try log.truncateFront(before: 4)
                    try log.close()
                }
                guard let failed else { break }
                guard case .io(_, let code) = failed.kind else {
                    Issue.record("\(call) \(nth): \(failed)")
                    continue
                }
                #expect(code == EIO || code == ENOSPC)
                #expect(!failed.file.isEmpty)
                disk.removeFaults()
                if let opened, call != .read {
                    let later = failure { () throws(StorageError) in _ = try opened.append([1]) }
                    switch later?.kind {
                    case .poisoned, .closed: break
                    default:
                        if call != .open {
                            Issue.record("\(call) \(nth): appended after \(failed): \(String(describing: later))")
                        }
                    }
                }
                opened?.abandon()
                let found = try recovered(disk, .small()).entries
                let first = Int(found.first?.index ?? 1)
                #expect(first <= 4)
                if opened != nil, (found.last?.index ?? 0) <= submitted.count {
                    #expect(
                        found == Array(submitted[(first - 1)..<Int(found.last?.index ?? UInt64(first - 1))]),
                        "\(call) \(nth)")
                    #expect((found.last?.index ?? 0) >= (acknowledged.last?.index ?? 0), "\(call) \(nth) \(outcome)")
                }
            }
        }
    }

    @Test func aFullDiskIsSaidToBeFullAndTheLogOpensAgain() throws {
        for capacity in stride(from: 4096, through: 40_960, by: 4096) {
            let disk = SimulatedDisk(recordsTrace: false)
            disk.capacity = capacity
            var count = 0
            let failed = failure { () throws(StorageError) in
                let log = try WriteAheadLog(on: disk, options: .small())
                defer { log.abandon() }
                while true {
                    try log.append(payload(count + 1, size: 1000))
                    count += 1
                }
            }
            guard case .io(_, ENOSPC) = failed?.kind else {
                Issue.record("capacity \(capacity): \(String(describing: failed))")
                continue
            }
            #expect(failed?.description.contains("free space") == true)
            disk.capacity = nil
            let found = try recovered(disk, .small()).entries
            #expect(found.count >= count)
            #expect(found.prefix(count).map(\.payload) == (0..<count).map { payload($0 + 1, size: 1000) })
        }
    }

    @Test func aReadOnlyDirectoryIsNamed() throws {
        try withTemporaryDirectory("wal") { directory in
            let disk = try PosixDisk(path: directory.path)
            chmod(directory.path, 0o555)
            defer { chmod(directory.path, 0o755) }
            guard geteuid() != 0 else { return skip("root writes everywhere") }
            let failed = failure { () throws(StorageError) in _ = try WriteAheadLog(on: disk, options: .small()) }
            guard case .io(_, EACCES) = failed?.kind else {
                Issue.record("\(String(describing: failed))")
                return
            }
        }
    }

    @Test func oneOpenerAtATime() throws {
        try withTemporaryDirectory("wal") { directory in
            let disk = try PosixDisk(path: directory.path)
            let log = try WriteAheadLog(on: disk, options: .small())
            for other in [disk, try PosixDisk(path: directory.path)] {
                let failed = failure { () throws(StorageError) in _ = try WriteAheadLog(on: other, options: .small()) }
                #expect(failed?.kind == .locked)
            }
            #expect(system("flock --nonblock '\(directory.path)/LOCK' true 2>/dev/null") != 0, "another process got in")
            log.abandon()
            #expect(system("flock --nonblock '\(directory.path)/LOCK' true 2>/dev/null") == 0)
            try WriteAheadLog(on: disk, options: .small()).close()
        }
        let disk = SimulatedDisk()
        let log = try WriteAheadLog(on: disk, options: .small())
        #expect(
            failure { () throws(StorageError) in _ = try WriteAheadLog(on: disk, options: .small()) }?.kind == .locked)
        log.abandon()
        try WriteAheadLog(on: disk, options: .small()).close()
    }

    @Test func optionsOutOfBoundsAreRefusedByName() {
        func refusal(_ change: (inout WALOptions) -> Void) -> String {
            var options = WALOptions.small()
            change(&options)
            let failed = failure { () throws(StorageError) in
                _ = try WriteAheadLog(on: SimulatedDisk(), options: options)
            }
            guard case .invalid(let reason) = failed?.kind else { return "accepted" }
            return reason
        }
        #expect(refusal { $0.blockBytes = 1 }.contains("block size 1 "))
        #expect(refusal { $0.segmentBytes = 5000 }.contains("segment size 5000"))
        #expect(refusal { $0.recoveryThreads = 0 }.contains("recovery threads"))
        #expect(refusal { $0.recycledSegments = -1 }.contains("recycled"))
        #expect(refusal { $0.retainedBytes = 1 }.contains("retained"))
        #expect(refusal { $0.compression = .zstd(level: 40) }.contains("level 40"))
        #expect(refusal { $0.policy = .everyBytes(0) }.contains("every"))
        #expect(refusal { $0.policy = .periodic(interval: .zero) }.contains("periodic"))
        #expect(refusal { $0.policy = .grouped(window: .seconds(11), maxBytes: 1) }.contains("grouped"))
    }
}
