import StrataCodec
import StrataDisk
import StrataKV
import StrataTesting
import Testing

/// The drawing in CommandFormat.swift, byte by byte, and what is no command.
@Suite struct CommandFormatTests {
    private static let commands: [(command: KVCommand, bytes: String)] = [
        (
            .put(PutRequest(key: [0x61], value: [0x62, 0x63])),
            "01 00 01 61 02 62 63"
        ),
        (
            .put(PutRequest(key: [0x61], lease: 7, prevKV: true, ignoreValue: true, ignoreLease: true)),
            "01 0f 01 61 07 00*7 00"
        ),
        (
            .deleteRange(DeleteRangeRequest(key: [0x61], rangeEnd: [0x62, 0], prevKV: true)),
            "02 01 01 61 02 62 00"
        ),
        (.compaction(CompactionRequest(revision: 0x0102)), "04 02 01 00*6"),
        (.leaseGrant(LeaseGrantRequest(ttl: 60, id: -1)), "05 ff*8 3c 00*7"),
        (.leaseRevoke(LeaseRevokeRequest(id: 3)), "06 03 00*7"),
        (
            .range(RangeRequest(key: [0x61], limit: 5, revision: 9)),
            "07 00 00 00 01 61 00 05 00*7 09 00*7"
        ),
        (
            .range(filtered),
            "07 07 02 04 01 61 01 00 ff*8 00*8 01 00*7 02 00*7 03 00*7 04 00*7"
        ),
        (
            .txn(
                TxnRequest(
                    compare: [
                        Compare(key: [0x61], .notEqual, .value([0x76])),
                        Compare(key: [0x61], rangeEnd: [0], .less, .lease(2)),
                    ], success: [.put(PutRequest(key: [0x61])), .txn(TxnRequest())],
                    failure: [.deleteRange(DeleteRangeRequest(key: [0x61]))])),
            """
            03 02  03 03 01 61 00 01 76   04 02 01 61 01 00 02 00*7
               02  01 00 01 61 00         03 00 00 00
               01  02 00 01 61 00
            """
        ),
    ]

    private static var filtered: RangeRequest {
        var request = RangeRequest(
            key: [0x61], rangeEnd: [0], limit: -1, sortOrder: .descend, sortTarget: .value, keysOnly: true,
            countOnly: true)
        request.minModRevision = 1
        request.maxModRevision = 2
        request.minCreateRevision = 3
        request.maxCreateRevision = 4
        return request
    }

    private func encoded(_ command: KVCommand) -> [UInt8] {
        let buffer = IOBuffer()
        CommandFormat.encode(command, into: buffer)
        return buffer.withBytes { copy($0) }
    }

    @Test func commandsAreAsDrawn() throws {
        for (command, text) in Self.commands {
            let golden = try GoldenBytes(text)
            golden.expect(encoded(command))
            #expect(try CommandFormat.decode(golden.bytes.span.bytes) == command)
        }
        let buffer = IOBuffer()
        let (key, value): ([UInt8], [UInt8]) = ([0x61], [0x62, 0x63])
        CommandFormat.encodePut(key: key.span.bytes, value: value.span.bytes, into: buffer)
        #expect(buffer.withBytes { copy($0) } == encoded(Self.commands[0].command))
    }

    @Test func randomCommandsComeBack() throws {
        var commands = RandomCommands(seed: 5)
        for _ in 0..<rounds(20_000) {
            let command = commands.command(1, 1000)
            #expect(try CommandFormat.decode(encoded(command).span.bytes) == command)
        }
    }

    /// Every prefix of a command is too short, and every byte after one too much.
    @Test func noCommandIsCutOrLonger() throws {
        for (command, _) in Self.commands {
            let bytes = encoded(command)
            for count in 0..<bytes.count {
                let prefix = Array(bytes[..<count])
                #expect(throws: CodecError.self) { try CommandFormat.decode(prefix.span.bytes) }
            }
            let longer = bytes + [0]
            #expect(throws: CodecError.self) { try CommandFormat.decode(longer.span.bytes) }
        }
    }

    @Test(arguments: [
        "00", "08", "ff*9",
        // Unknown flags, sort order, sort target, compare target, compare result.
        "01 10 01 61 00", "02 02 01 61 00", "07 08 00 00 01 61 00 00*16", "07 00 03 00 01 61 00 00*16",
        "07 00 00 05 01 61 00 00*16", "03 01 05 00 01 61 00 00*8 00 00", "03 01 00 04 01 61 00 00*8 00 00",
        // Sizes and counts beyond the bytes, up to the largest number.
        "01 00 ff ff ff ff ff ff ff ff ff 01", "01 00 7f 61", "03 ff ff ff ff ff ff ff ff ff 01", "03 05",
        "03 00 ff ff ff ff 0f",
        // A command in a transaction that none may hold.
        "03 00 01 04 02 00*7 00", "03 00 01 05 00*16 00",
    ])
    func hostileBytesThrow(_ text: String) throws {
        let bytes = try GoldenBytes(text).bytes
        #expect(throws: CodecError.self) { try CommandFormat.decode(bytes.span.bytes) }
        let harness = try KVHarness()
        #expect(throws: StorageError.self) { try harness.execute(bytes: bytes) }
        // And the store goes on.
        #expect(try harness.execute(.put(PutRequest(key: [1]))) == .put(PutResponse(revision: 2)))
    }

    @Test func nestingHasAnEnd() throws {
        func nested(_ depth: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for _ in 0..<depth { bytes += [3, 0, 1] }
            bytes += [3, 0, 0, 0]
            for _ in 0..<depth { bytes += [0] }
            return bytes
        }
        let deepest = try CommandFormat.decode(nested(128).span.bytes)
        try deepest.validate(maximumKeySize: 100)
        #expect(throws: KVError.tooManyOperations) {
            try CommandFormat.decode(nested(129).span.bytes).validate(maximumKeySize: 100)
        }
        let hostile = nested(500_000)
        #expect(throws: CodecError.self) { try CommandFormat.decode(hostile.span.bytes) }
    }

    /// Whatever the bytes: a command or an error.
    @Test func randomBytesAndDamageAreSurvived() throws {
        let harness = try KVHarness()
        var random = SeededRandom(seed: 77)
        var commands = RandomCommands(seed: 78)
        for _ in 0..<rounds(30_000) {
            var bytes = encoded(commands.command(0, harness.store.appliedRevision))
            for _ in 0..<(1 + random.below(3)) {
                switch random.below(3) {
                case 0: bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
                case 1: bytes = Array(bytes.prefix(1 + random.below(bytes.count)))
                default: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: random.below(bytes.count))
                }
            }
            do { try harness.execute(bytes: bytes) } catch {
                guard case .corrupt("command", _, _) = error.kind else {
                    Issue.record("\(error) of \(bytes)")
                    return
                }
            }
        }
        let check = try harness.store.check()
        #expect(check.problems == [] && check.versions > 100)
    }
}
