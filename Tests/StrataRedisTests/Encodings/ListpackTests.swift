import StrataDisk
import StrataRESP
import StrataRedis
import StrataTesting
import Testing

struct ListpackTests {
    static let borderIntegers: [Int64] = [
        0, 127, 128, -1, -4096, 4095, -4097, 4096, 32767, -32768, 32768, -32769, 8_388_607, -8_388_608, 8_388_608,
        -8_388_609, 2_147_483_647, -2_147_483_648, 2_147_483_648, -2_147_483_649, .max, .min,
    ]

    /// The bytes that Redis 7.0.15 gave for a hash of these fields and values (DUMP).
    @Test func integersAreTheBytesOfRedisAtEveryBorder() throws {
        let golden = try GoldenBytes(
            """
            7b 00 00 00 16 00
            00 01   7f 01   c0 80 02   df ff 02   d0 00 02   cf ff 02
            f1 ff ef 03   f1 00 10 03   f1 ff 7f 03   f1 00 80 03
            f2 00 80 00 04   f2 ff 7f ff 04   f2 ff ff 7f 04   f2 00 00 80 04
            f3 00 00 80 00 05   f3 ff ff 7f ff 05   f3 ff ff ff 7f 05   f3 00 00 00 80 05
            f4 00 00 00 80 00 00 00 00 09   f4 ff ff ff 7f ff ff ff ff 09   f4 ff*7 7f 09   f4 00*7 80 09
            ff
            """)
        var byText = Listpack()
        var byNumber = Listpack()
        for value in Self.borderIntegers {
            Array("\(value)".utf8).withLent { byText.append($0) }
            byNumber.append(value)
        }
        golden.expect(byText.bytes.copy())
        golden.expect(byNumber.bytes.copy())
        var found: [Int64] = []
        byText.forEach { value in
            if case .integer(let integer) = value { found.append(integer) }
            return true
        }
        #expect(found == Self.borderIntegers)
    }

    /// A hash of "k" and a value of `x`s, as Redis 7.0.15 dumped it: each class of head and of trailer.
    @Test(arguments: [
        (0, "0c 00 00 00 02 00 81 6b 02 80 01 ff"),
        (1, "0d 00 00 00 02 00 81 6b 02 81 78 02 ff"),
        (63, "4b 00 00 00 02 00 81 6b 02 bf 78*63 40 ff"),
        (64, "4d 00 00 00 02 00 81 6b 02 e0 40 78*64 42 ff"),
        (125, "8a 00 00 00 02 00 81 6b 02 e0 7d 78*125 7f ff"),
        (126, "8c 00 00 00 02 00 81 6b 02 e0 7e 78*126 01 80 ff"),
        (4095, "0d 10 00 00 02 00 81 6b 02 ef ff 78*4095 20 81 ff"),
        (4096, "11 10 00 00 02 00 81 6b 02 f0 00 10 00 00 78*4096 20 85 ff"),
        (16377, "0a 40 00 00 02 00 81 6b 02 f0 f9 3f 00 00 78*16377 7f fe ff"),
        (16378, "0c 40 00 00 02 00 81 6b 02 f0 fa 3f 00 00 78*16378 00 ff ff ff"),
        (2_097_145, "0b 00 20 00 02 00 81 6b 02 f0 f9 ff 1f 00 78*2097145 7f ff fe ff"),
        (2_097_146, "0d 00 20 00 02 00 81 6b 02 f0 fa ff 1f 00 78*2097146 00 ff ff ff ff"),
    ])
    func stringsAreTheBytesOfRedisAtEveryBorder(_ size: Int, _ golden: String) throws {
        var pack = Listpack()
        Array("k".utf8).withLent { pack.append($0) }
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: size)
        value.withLent { pack.append($0) }
        try GoldenBytes(golden).expect(pack.bytes.copy())
        #expect(Listpack.validate(pack.bytes) == 2)
        #expect(pack.last == pack.first.flatMap { pack.next(after: $0) })
        #expect(pack.last.flatMap { pack.previous(before: $0) } == pack.first)
        #expect(value.withLent { Listpack.entrySize(of: $0) } == pack.byteCount - 10)
    }

    @Test(arguments: ["", "-", "-0", "+1", "01", "1 ", "9223372036854775808", "-9223372036854775809", "1e3"])
    func whatIsNoCanonicalIntegerStaysAString(_ text: String) {
        var pack = Listpack()
        Array(text.utf8).withLent { pack.append($0) }
        guard case .bytes(let bytes) = pack[pack.first!] else {
            Issue.record("\(text) became an integer")
            return
        }
        #expect(bytes.copy() == Array(text.utf8))
    }

    @Test func aCountBeyondTheHeaderIsKnownFromTheEntries() {
        var pack = Listpack()
        for value in 0..<65_534 { pack.append(Int64(value & 1)) }
        #expect(Array(pack.bytes.copy()[4..<6]) == [0xFE, 0xFF])
        pack.append(1)
        pack.append(0)
        #expect(Array(pack.bytes.copy()[4..<6]) == [0xFF, 0xFF])
        #expect(pack.count == 65_536)
        #expect(Listpack(validating: pack.bytes)?.count == 65_536)
        pack.removeElements(0..<2)
        pack.removeElements(1..<2)
        #expect(pack.count == 65_533)
        #expect(Listpack.validate(pack.bytes) == 65_533)
    }

    @Test func findPassesOverValues() {
        let pack = Self.listpack(["a", "b", "b", "7", "7", "x"])
        func find(_ text: String, skip: Int) -> [UInt8]? {
            Array(text.utf8).withLent { wanted in
                pack.find(wanted, skip: skip).flatMap { pack.next(after: $0) }.map { pack[$0].copy() }
            }
        }
        #expect(find("b", skip: 1) == Array("7".utf8))
        #expect(find("7", skip: 1) == Array("x".utf8))
        #expect(find("x", skip: 1) == nil)
        #expect(find("7", skip: 0) == Array("7".utf8))
    }

    @Test(arguments: 0..<4)
    func doesWhatAnArrayDoes(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var model: [[UInt8]] = []
        var pack = Listpack()
        for step in 0..<rounds(3000) {
            let element = RandomElement.make(&random)
            switch random.below(12) {
            case 0: element.withLent { pack.prepend($0) }; model.insert(element, at: 0)
            case 1, 2: element.withLent { pack.append($0) }; model.append(element)
            case 3, 4:
                let index = random.below(model.count + 1)
                element.withLent { pack.insert($0, at: pack.position(at: index) ?? pack.end) }
                model.insert(element, at: index)
            case 5 where !model.isEmpty:
                let index = random.below(model.count)
                element.withLent { pack.replace(at: pack.position(at: index)!, with: $0) }
                model[index] = element
            case 6, 7, 8:
                let lower = random.below(model.count + 1)
                let range = lower..<min(model.count, lower + random.below(4))
                pack.removeElements(range)
                model.removeSubrange(range)
            case 9 where step % 10 == 0:
                let index = random.below(model.count + 1)
                let tail = pack.split(at: index)
                #expect(Self.elements(tail) == Array(model[index...]), "seed \(seed)")
                pack.append(contentsOf: tail)
            case 10:
                let index = random.below(2 * model.count + 2) - model.count - 1
                let real = index < 0 ? index + model.count : index
                let expected = model.indices.contains(real) ? model[real] : nil
                #expect(pack.position(at: index).map { pack[$0].copy() } == expected, "seed \(seed)")
            default:
                let found = element.withLent { pack.find($0) }
                let expected = model.firstIndex(of: element)
                #expect(found == expected.flatMap { pack.position(at: $0) }, "seed \(seed)")
            }
            if step % 50 == 0 {
                #expect(Self.elements(pack) == model, "seed \(seed), step \(step)")
                #expect(Self.elementsBackwards(pack) == model.reversed(), "seed \(seed), step \(step)")
                #expect(Listpack.validate(pack.bytes) == model.count, "seed \(seed), step \(step)")
            }
        }
        #expect(pack.memoryBytes <= 2 * pack.byteCount + 128)
    }

    /// Whatever bytes come from outside: refused, or walked to the end without leaving them (the copy has no byte to spare).
    @Test(arguments: 0..<4)
    func hostileBytesAreRefusedOrHarmless(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<rounds(5000) {
            var pack = Listpack()
            for _ in 0..<random.below(12) { RandomElement.make(&random).withLent { pack.append($0) } }
            let bytes = RandomElement.damage(pack.bytes.copy(), &random)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
            defer { block.deallocate() }
            block.copyBytes(from: bytes)
            guard let count = Listpack.validate(Bytes(UnsafeRawBufferPointer(block))) else { continue }
            accepted += 1
            guard let copy = Listpack(validating: Bytes(UnsafeRawBufferPointer(block))) else {
                Issue.record("seed \(seed): valid and yet not taken")
                return
            }
            #expect(Self.elements(copy).count == count, "seed \(seed)")
            #expect(Self.elementsBackwards(copy).count == count, "seed \(seed)")
        }
        #expect(accepted > 0)
    }

    @Test(arguments: [
        "", "07 00 00 00 00 00", "08 00 00 00 00 00 ff", "07 00 00 00 00 00 00", "07 00 00 00 01 00 ff",
        "09 00 00 00 00 00 01 01 ff",  // one element, none stated
        "09 00 00 00 01 00 01 02 ff",  // a trailer that tells another size
        "09 00 00 00 01 00 01 81 ff",  // a trailer that never ends
        "09 00 00 00 01 00 f5 01 ff",  // no such head
        "09 00 00 00 01 00 f4 01 ff",  // an integer beyond the end
        "0c 00 00 00 01 00 f0 ff ff ff ff ff",  // a string beyond the end
        "09 00 00 00 01 00 bf 01 ff",
        "0a 00 00 00 02 00 01 01 ff ff",  // an end before the end
    ])
    func brokenListpacksAreRefused(_ text: String) throws {
        let bytes = try GoldenBytes(text).bytes
        #expect(bytes.withLent { Listpack.validate($0) } == nil)
        #expect(bytes.withLent { Listpack(validating: $0) == nil })
    }

    @Test func duplicatesAreSeenAtTheirStep() {
        #expect(Self.listpack(["a", "1", "b", "1"]).hasDuplicates(step: 2) == false)
        #expect(Self.listpack(["a", "1", "b", "1"]).hasDuplicates(step: 1) == true)
        #expect(Self.listpack(["a", "1", "a", "2"]).hasDuplicates(step: 2) == true)
    }

    // MARK: Parts

    static func listpack(_ elements: [String]) -> Listpack {
        var pack = Listpack()
        for element in elements { Array(element.utf8).withLent { pack.append($0) } }
        return pack
    }

    static func elements(_ pack: borrowing Listpack) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        pack.forEach { value in
            elements.append(value.copy())
            return true
        }
        return elements
    }

    static func elementsBackwards(_ pack: borrowing Listpack) -> [[UInt8]] {
        var elements: [[UInt8]] = []
        var position = pack.last
        while let at = position {
            elements.append(pack[at].copy())
            position = pack.previous(before: at)
        }
        return elements
    }
}
