import Synchronization

/// What stands before each page in memory: 64 bytes, which also keep pages from all falling into the same sets of a
/// processor's cache.
struct PageFrame {
    static let headerSize = 64
    let page: UnsafeMutableRawPointer

    @inline(__always)
    init(_ page: UnsafeMutableRawPointer) { self.page = page }

    /// The page number under which the table knows it.
    var number: UInt32 {
        get { (page - 64).load(as: UInt32.self) }
        nonmutating set { (page - 64).storeBytes(of: newValue, as: UInt32.self) }
    }

    /// Cursors that stand in it. The table may have dropped it; its memory stays until this is 0.
    @inline(__always)
    var pins: UnsafeMutablePointer<Atomic<Int>> { (page - 56).assumingMemoryBound(to: Atomic<Int>.self) }
}
