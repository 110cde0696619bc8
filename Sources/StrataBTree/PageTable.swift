import Glibc
import Synchronization

/// From page number to the frame that holds it, without locks: two levels of atomic words, each of them 0 or the
/// address of a page with marks in its low bits.
struct PageTable: @unchecked Sendable {
    /// Read since the clock's hand went by.
    static let used: UInt = 1
    /// Belongs to the writer, and to no reader's tree: not to be evicted.
    static let dirty: UInt = 2
    static let marks: UInt = 3

    /// 16,384 words of 8 bytes serve 64 MiB of a file of 4 KiB pages.
    private static let chunkBits: UInt32 = 14
    private static let chunkCount = 1 << (32 - chunkBits)
    private let chunks: UnsafeMutablePointer<Atomic<UInt>>

    typealias Word = UnsafeMutablePointer<Atomic<UInt>>

    init() { chunks = Self.zeros(Self.chunkCount) }

    func deallocate() {
        for index in 0..<Self.chunkCount {
            let chunk = chunks[index].load(ordering: .relaxed)
            if chunk != 0 { free(UnsafeMutableRawPointer(bitPattern: chunk)) }
        }
        free(chunks)
    }

    /// Memory that the kernel gives when it is touched; its zeros are `Atomic` zeros.
    private static func zeros(_ count: Int) -> Word {
        guard let memory = calloc(count, MemoryLayout<UInt>.size) else { preconditionFailure("out of memory") }
        return memory.bindMemory(to: Atomic<UInt>.self, capacity: count)
    }

    /// The word of `page`, or 0 if it has none yet.
    @inline(__always)
    func load(_ page: UInt32) -> UInt {
        let chunk = chunks[Int(page >> Self.chunkBits)].load(ordering: .acquiring)
        guard let words = Word(bitPattern: chunk) else { return 0 }
        return words[Int(page & ((1 << Self.chunkBits) - 1))].load(ordering: .acquiring)
    }

    func word(_ page: UInt32) -> Word {
        let index = Int(page >> Self.chunkBits)
        var chunk = chunks[index].load(ordering: .acquiring)
        if chunk == 0 {
            let new = Self.zeros(1 << Int(Self.chunkBits))
            let (isOurs, other) = chunks[index].compareExchange(
                expected: 0, desired: UInt(bitPattern: new), ordering: .acquiringAndReleasing)
            if !isOurs { free(new) }
            chunk = isOurs ? UInt(bitPattern: new) : other
        }
        return Word(bitPattern: chunk).unsafelyUnwrapped + Int(page & ((1 << Self.chunkBits) - 1))
    }
}
