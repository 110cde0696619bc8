import Glibc
import Synchronization

/// Tells when memory that readers may still be looking at can be used anew, at the price of two atomic additions a
/// read.
///
/// A reader counts itself into the current epoch. The epoch moves from e to e + 1 only when nobody is left in e - 1, so
/// once it has moved twice after something was taken out of reach, nobody can have it any more. (Fraser, "Practical
/// lock-freedom", 2004, section 5.2.3, with counters instead of a list of threads.)
struct ReaderEpochs: @unchecked Sendable {
    /// Counters lie 128 bytes apart, since processors fetch lines in pairs; 32 stripes keep a few dozen threads apart.
    private static let stripes = 32
    private static let stride = 16
    private let counters: UnsafeMutablePointer<Atomic<Int>>
    private let epoch: UnsafeMutablePointer<Atomic<UInt>>

    typealias Ticket = UnsafeMutablePointer<Atomic<Int>>

    init() {
        let words = (Self.stripes + 1) * Self.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: words * 8, alignment: 128)
        memset(memory, 0, words * 8)
        counters = memory.bindMemory(to: Atomic<Int>.self, capacity: Self.stripes * Self.stride)
        epoch = (memory + Self.stripes * Self.stride * 8).bindMemory(to: Atomic<UInt>.self, capacity: 1)
    }

    /// By the owner, when no reader is left.
    func deallocate() { UnsafeMutableRawPointer(counters).deallocate() }

    var current: UInt { epoch.pointee.load(ordering: .sequentiallyConsistent) }

    @inline(__always)
    func enter() -> Ticket {
        // Thread descriptors lie some KiB or MiB apart; the product's high bits depend on all of theirs.
        let mixed = UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15
        let stripe = counters + Int(truncatingIfNeeded: mixed >> 59) &* Self.stride
        while true {
            let seen = epoch.pointee.load(ordering: .sequentiallyConsistent)
            let counter = stripe + Int(truncatingIfNeeded: seen & 3)
            counter.pointee.add(1, ordering: .sequentiallyConsistent)
            // If the epoch has moved on meanwhile, whoever moved it may not have seen this count.
            if epoch.pointee.load(ordering: .sequentiallyConsistent) == seen { return counter }
            counter.pointee.subtract(1, ordering: .releasing)
        }
    }

    @inline(__always)
    func leave(_ ticket: Ticket) { ticket.pointee.subtract(1, ordering: .releasing) }

    /// Moves on if nobody is left in the epoch before the current one. One caller at a time.
    func advance() {
        let now = current
        let before = Int(truncatingIfNeeded: (now &- 1) & 3)
        for stripe in 0..<Self.stripes {
            let count = counters[stripe * Self.stride + before].load(ordering: .sequentiallyConsistent)
            if count != 0 { return }
        }
        epoch.pointee.store(now &+ 1, ordering: .sequentiallyConsistent)
    }
}
