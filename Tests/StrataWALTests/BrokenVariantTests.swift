import StrataCodec
import StrataDisk
import StrataSim
import StrataWAL
import Testing

/// Protocols that look right and are not: the sweep that passes the log catches each.
@Suite struct BrokenVariantTests {
    private func expectCaught(
        _ story: Story, _ name: String, recovering options: WALOptions? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let outcome = CrashSweep().run(story, recovering: options)
        story.drop()
        #expect(!outcome.violations.isEmpty, "\(name) went unnoticed", sourceLocation: sourceLocation)
    }

    @Test(arguments: [CrashTests.Plot.appending, .rotating, .closing])
    func namesThatAreNotSynced(_ plot: CrashTests.Plot) throws {
        let story = try CrashTests.tell(plot, .small()) { disk in
            WrappedDisk(disk) { call, _ in call == .syncDirectory ? .leaveOut : .pass }
        }
        expectCaught(story, "no directory sync")
    }

    @Test(arguments: [CrashTests.Plot.appending, .batches, .truncatingBack])
    func acknowledgingBeforeTheSync(_ plot: CrashTests.Plot) throws {
        let story = try CrashTests.tell(plot, .small()) { disk in
            WrappedDisk(disk) { call, _ in call == .sync || call == .writeAndSync ? .leaveOut : .pass }
        }
        expectCaught(story, "acknowledged before the sync")
    }

    @Test func aFailedSyncThatIsTriedAgain() throws {
        let story = Story(.small()) { disk in
            WrappedDisk(disk) { call, _ in call == .sync || call == .writeAndSync ? .tryAgain : .pass }
        }
        try story.start()
        try story.append(10)
        story.disk.inject(DiskFault(.sync))
        try story.append(20)
        try story.append(30)
        expectCaught(story, "a failed sync was tried again")
    }

    @Test func aSegmentThatIsNamedBeforeItIsSynced() throws {
        let story = Story(.small(blocks: 128)) { disk in
            WrappedDisk(disk) { call, name in call == .sync && name.hasSuffix(".tmp") ? .leaveOut : .pass }
        }
        try story.start()
        try story.batch([60, 600, 60])
        story.drop()
        try story.start()
        expectCaught(story, "a rename before the sync")
    }

    /// Every block behind the last is made to look like its successor, as to a reader without checksums and links.
    @Test func aReaderThatBelievesEverything() throws {
        let story = try CrashTests.tell(.batches, .small(blocks: 2048))
        let expectations = Expectation.all(of: story.events, policy: story.options.policy)
        let failure = CrashStates(of: story.disk.trace).firstFailure { state in
            let disk = WrappedDisk(state.disk, patch: { file, _ in Self.believable(file) })
            return expectations[state.markCount].violation(on: disk, story.options) != nil
        }
        #expect(failure != nil, "no checksums went unnoticed")
        story.drop()
    }

    private static func believable(_ file: any File) -> [UInt8]? {
        guard let size = try? file.size(), size > 64 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        var span = bytes.mutableSpan
        var raw = span.mutableBytes
        guard let got = try? file.read(into: &raw, at: 0), got == Int(size) else { return nil }
        guard number(bytes, 0, 8) == SegmentFormat.magic else { return nil }
        var link = Array(bytes[12..<16])
        var next = number(bytes, 16, 8)
        var at = 64
        while at + 48 <= bytes.count, number(bytes, at, 4) == UInt64(SegmentFormat.blockMagic) {
            let end = at + SegmentFormat.blockSize(stored: Int(number(bytes, at + 32, 4)))
            guard end <= bytes.count else { break }
            bytes.replaceSubrange(at + 8..<at + 12, with: link)
            bytes.replaceSubrange(at + 12..<at + 16, with: bytes[32..<36])
            for byte in 0..<8 { bytes[at + 16 + byte] = UInt8(truncatingIfNeeded: next >> UInt64(8 * byte)) }
            let crc = CRC32C.checksum(bytes[(at + 8)..<end].span.bytes)
            link = (0..<4).map { UInt8(truncatingIfNeeded: crc >> UInt32(8 * $0)) }
            bytes.replaceSubrange(at + 4..<at + 8, with: link)
            next += number(bytes, at + 40, 4)
            at = end
        }
        return bytes
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> UInt64 {
        bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
