import StrataDisk
import StrataTesting
import Testing

@Suite struct IOBufferTests {
    @Test(arguments: [1, 4_095, 4_096, 4_097, 1 << 20])
    func itsStartAndCapacityAreWholePages(_ capacity: Int) {
        let buffer = IOBuffer(capacity: capacity)
        #expect(Int(bitPattern: buffer.base) % IOBuffer.alignment == 0)
        #expect(buffer.capacity >= capacity)
        #expect(buffer.capacity % IOBuffer.alignment == 0)
        #expect(buffer.isEmpty)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func growthKeepsBytesAndAlignment(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let buffer = IOBuffer(capacity: 1)
        var model: [UInt8] = []
        while model.count < 300_000 {
            switch random.below(5) {
            case 0:
                let bytes = pattern(random.below(9_000), seed: random.next())
                bytes.withBytes { buffer.append($0) }
                model += bytes.array
            case 1:
                let number = random.next()
                buffer.append(littleEndian: number)
                model += (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
            case 2:
                let count = random.below(5_000)
                buffer.append(zeros: count)
                model += [UInt8](repeating: 0, count: count)
            case 3:
                let used = random.below(2_000)
                buffer.appendInPlace(atMost: used + random.below(2_000)) { room in
                    for index in 0..<used { room[index] = UInt8(index & 0xFF) }
                    return used
                }
                model += (0..<used).map { UInt8($0 & 0xFF) }
            default:
                let kept = model.count - random.below(min(100, model.count + 1))
                buffer.truncate(to: kept)
                model.removeLast(model.count - kept)
                let dropped = random.below(min(50, model.count + 1))
                buffer.removeFirst(dropped)
                model.removeFirst(dropped)
            }
            #expect(buffer.count == model.count)
            #expect(Int(bitPattern: buffer.base) % IOBuffer.alignment == 0)
            #expect(buffer.capacity >= buffer.count)
        }
        #expect(buffer.array == model, "seed \(seed)")
    }

    @Test func emptyingKeepsTheMemory() {
        let buffer = IOBuffer()
        buffer.append(zeros: 1 << 20)
        let (base, capacity) = (buffer.base, buffer.capacity)
        buffer.removeAll()
        #expect(buffer.isEmpty)
        buffer.append(zeros: 1 << 20)
        #expect(buffer.base == base)
        #expect(buffer.capacity == capacity)
    }

    @Test func aStoredNumberReplacesItsBytes() {
        let buffer = IOBuffer()
        buffer.append(zeros: 8)
        buffer.store(littleEndian: UInt32(0x0102_0304), at: 3)
        #expect(buffer.array == [0, 0, 0, 4, 3, 2, 1, 0])
        buffer.store(littleEndian: UInt16(0xFFFF), at: 6)
        #expect(buffer.array == [0, 0, 0, 4, 3, 2, 0xFF, 0xFF])
    }

    @Test func aRangeLendsItsPart() {
        let buffer = pattern(100)
        #expect(buffer.withBytes(in: 10..<20) { $0.byteCount } == 10)
        let part = buffer.withBytes(in: 10..<20) { bytes in bytes.withUnsafeBytes { Array($0) } }
        #expect(part == Array(buffer.array[10..<20]))
        #expect(buffer.withBytes(in: 100..<100) { $0.byteCount } == 0)
    }

    @Test func whatItsOwnerMayNotDoStopsTheProcess() async {
        await #expect(processExitsWith: .failure) { IOBuffer().store(littleEndian: UInt32(1), at: 0) }
        await #expect(processExitsWith: .failure) { IOBuffer().truncate(to: 1) }
        await #expect(processExitsWith: .failure) { IOBuffer().removeFirst(1) }
        await #expect(processExitsWith: .failure) { IOBuffer().withBytes(in: 0..<1) { _ in } }
        await #expect(processExitsWith: .failure) { IOBuffer().appendInPlace(atMost: 1) { _ in 2 } }
    }
}
