import StrataDisk
import StrataSim
import Testing

/// Small protocols, right and broken: the enumeration passes the one and catches the other.
@Suite struct ProtocolTests {
    enum Replacement: CaseIterable {
        case correct, withoutSync, withoutDirectorySync, inPlace, acknowledgedTooEarly
    }

    private static let old = run(1, 1500)
    private static let new = run(2, 1600)

    /// Replaces the contents of "f" and acknowledges it.
    private func replace(_ variant: Replacement) throws -> DiskTrace {
        let disk = SimulatedDisk()
        disk.install("f", Self.old)
        guard variant != .inPlace else {
            let file = try disk.open("f", .readWrite, method: .fdatasync)
            try file.write(Self.new, at: 0)
            try file.sync()
            disk.mark(1)
            return disk.trace
        }
        let file = try disk.create("f.tmp")
        try file.write(Self.new, at: 0)
        if variant != .withoutSync { try file.sync() }
        try disk.rename("f.tmp", to: "f")
        if variant == .acknowledgedTooEarly { disk.mark(1) }
        if variant != .withoutDirectorySync { try disk.syncDirectory() }
        if variant != .acknowledgedTooEarly { disk.mark(1) }
        return disk.trace
    }

    @Test(arguments: Replacement.allCases)
    func aFileIsReplacedWholeOrNotAtAll(_ variant: Replacement) throws {
        var isTorn = false
        var isLost = false
        let states = CrashStates(of: try replace(variant))
        let failure = states.firstFailure { state in
            let bytes = state.disk.contents(of: "f")
            let torn = bytes != Self.old && bytes != Self.new
            let lost = !state.marks.isEmpty && bytes != Self.new
            isTorn = isTorn || torn
            isLost = isLost || lost
            return torn || lost
        }
        #expect((failure == nil) == (variant == .correct), "\(failure.map { "\($0)" } ?? "no failure")")
        switch variant {
        case .correct: break
        case .withoutSync, .inPlace: #expect(isTorn)
        case .withoutDirectorySync, .acknowledgedTooEarly: #expect(isLost && !isTorn)
        }
    }

    @Test(arguments: [false, true])
    func aSyncThatIsTriedAgainLosesData(_ gaveUp: Bool) throws {
        let (disk, file) = try diskWithFile(run(1, 512))
        disk.inject(DiskFault(.sync))
        try file.write(run(2, 512), at: 0)
        do { try file.sync() } catch {
            guard gaveUp else {
                try file.sync()
                disk.mark(1)
                let failure = CrashStates(of: disk.trace).firstFailure { state in
                    !state.marks.isEmpty && state.disk.contents(of: "f") != run(2, 512)
                }
                #expect(failure?.id.description == "3:nothing")
                return
            }
            // A new file, and the old one left alone, is the way out.
            let next = try disk.create("g")
            try next.write(run(2, 512), at: 0)
            try next.sync()
            try disk.syncDirectory()
            disk.mark(1)
        }
        #expect(
            CrashStates(of: disk.trace).firstFailure { state in
                !state.marks.isEmpty && state.disk.contents(of: "g") != run(2, 512)
            } == nil)
    }

    /// Records of one byte value, length first; a record is good if all its bytes are there.
    @Test(arguments: SyncMethod.allCases)
    func aLogKeepsWhatItAcknowledgedUnderEveryDurableMethod(_ method: SyncMethod) throws {
        let disk = SimulatedDisk()
        let log = try disk.create("log", method: method)
        try log.allocate(to: 10 * 4096, by: .fallocate)
        try log.sync()
        try disk.syncDirectory()
        let block = IOBuffer(capacity: 4096)
        for record in 0..<10 {
            block.removeAll()
            for _ in 0..<4096 { block.append(littleEndian: UInt8(record + 1)) }
            try block.withBytes { bytes throws(StorageError) in
                try log.writeAndSync(bytes, at: UInt64(record) * 4096)
            }
            disk.mark(UInt64(record + 1))
        }
        let failure = CrashStates(of: disk.trace).firstFailure { state in
            let bytes = state.disk.contents(of: "log") ?? []
            return state.marks.contains { mark in
                let range = Int(mark - 1) * 4096..<Int(mark) * 4096
                return bytes.count < range.upperBound || bytes[range].contains { $0 != UInt8(mark) }
            }
        }
        #expect((failure == nil) == method.isDurable, "\(failure.map { "\($0)" } ?? "no failure")")
    }
}
