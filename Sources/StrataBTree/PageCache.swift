import Glibc
import StrataDisk
import Synchronization

/// Pages of one file in memory. A hit takes no lock: `PageTable` gives the address and an epoch keeps it good.
///
/// Committed pages never change, so a page is read and verified once and then only looked at. Beyond `cacheBytes` a
/// clock hand chooses what goes (Corbato, "A Paging Experiment with the Multics System", 1969); its memory is used anew
/// when no reader can have it any more. Dirty pages of the writer live here too and are not evicted: the writer keeps
/// their number down. The budget is exceeded only by what dirty pages, standing cursors and reads under way hold.
final class PageCache: @unchecked Sendable {
    let table = PageTable()
    let epochs = ReaderEpochs()
    let pageBytes: Int
    let file: any File
    var fileName: String { file.name }
    /// Pages of the file in use by the newest commit or its writer: what a read page may refer to is below.
    let pages = Atomic<UInt32>(PageFormat.metaPages)

    private let gate = BargingMutex(())
    private var slabs: [UnsafeMutableRawPointer] = []
    private let framesPerSlab: Int
    private let slabBytes: Int
    private let budget: Int
    private var free: [UnsafeMutableRawPointer] = []
    /// Taken out of the table at an epoch, oldest first.
    private var retired: [(page: UnsafeMutableRawPointer, epoch: UInt)] = []
    private var hand = 0
    private var evictions: UInt64 = 0
    private let misses = Atomic<UInt64>(0)

    /// Frames a sweep tries to win at once, so that the next few misses find one waiting.
    private static let batch = 32

    init(file: any File, pageBytes: Int, cacheBytes: Int) {
        self.file = file
        self.pageBytes = pageBytes
        let stride = pageBytes + PageFrame.headerSize
        budget = max(cacheBytes / stride, 64)
        // 2 MiB, a huge page: fewer misses of the TLB than with the file mapped. Small caches take what they need.
        slabBytes = min(2 << 20, (budget * stride + 4095) / 4096 * 4096)
        framesPerSlab = slabBytes / stride
    }

    deinit {
        for slab in slabs { Glibc.free(slab) }
        table.deallocate()
        epochs.deallocate()
    }

    // MARK: Reading

    /// The page with this number, or nil if it must be loaded. Inside an epoch; the answer is good until it is left.
    @inline(__always)
    func find(_ page: UInt32) -> UnsafeMutableRawPointer? {
        let word = table.load(page)
        if word & PageTable.marks == PageTable.used {
            return UnsafeMutableRawPointer(bitPattern: word & ~PageTable.marks)
        }
        return findUnmarked(page, word)
    }

    @inline(never)
    private func findUnmarked(_ page: UInt32, _ word: UInt) -> UnsafeMutableRawPointer? {
        // A dirty page is no part of any reader's tree; only damage leads to it, and loading it will say so.
        guard word != 0, word & PageTable.dirty == 0 else { return nil }
        // If it is replaced or evicted meanwhile, its successor is not to be marked.
        _ = table.word(page).pointee.compareExchange(expected: word, desired: word | PageTable.used, ordering: .relaxed)
        return UnsafeMutableRawPointer(bitPattern: word & ~PageTable.marks)
    }

    /// Reads a page from the file, verifies it and puts it into the table.
    func load(_ page: UInt32) throws(StorageError) {
        let offset = UInt64(page) * UInt64(pageBytes)
        guard page >= PageFormat.metaPages, page < pages.load(ordering: .acquiring) else {
            throw .corrupt("page number", "2 to \(pages.load(ordering: .relaxed) - 1)", "\(page)", file.name, offset)
        }
        guard table.load(page) & PageTable.dirty == 0 else {
            throw .corrupt("reference to page \(page)", "a page of this commit", "one that is free", file.name, offset)
        }
        misses.add(1, ordering: .relaxed)
        let frame = takeFrame()
        do throws(StorageError) {
            try read(page, into: frame)
        } catch {
            giveBack(frame)
            throw error
        }
        PageFrame(frame).number = page
        let (isOurs, _) = table.word(page).pointee.compareExchange(
            expected: 0, desired: UInt(bitPattern: frame) | PageTable.used, ordering: .acquiringAndReleasing)
        if !isOurs { giveBack(frame) }  // somebody else was faster
    }

    private func read(_ page: UInt32, into frame: UnsafeMutableRawPointer) throws(StorageError) {
        let offset = UInt64(page) * UInt64(pageBytes)
        var span = UnsafeMutableRawBufferPointer(start: frame, count: pageBytes).mutableBytes
        let got = try file.read(into: &span, at: offset)
        guard got == pageBytes else {
            throw .corrupt("page \(page)", "\(pageBytes) bytes", "\(got) bytes", file.name, offset)
        }
        let limit = pages.load(ordering: .acquiring)
        if let flaw = Node(frame).flaw(page: page, pageBytes: pageBytes, pages: limit) {
            throw .corrupt(flaw.field, flaw.expected, flaw.found, file.name, offset)
        }
    }

    // MARK: The writer's pages

    /// A frame, in the table as dirty under `page`.
    func makeDirty(_ page: UInt32, zeroed: Bool = true) -> UnsafeMutableRawPointer {
        let frame = takeFrame()
        if zeroed { memset(frame, 0, pageBytes) }
        PageFrame(frame).number = page
        let old = table.word(page).pointee.exchange(
            UInt(bitPattern: frame) | PageTable.dirty | PageTable.used, ordering: .acquiringAndReleasing)
        if old != 0 { retire(old) }
        return frame
    }

    /// A page of the writer's own that was written early is changed again. Nil if it was evicted and must be loaded.
    func makeDirtyAgain(_ page: UInt32) -> UnsafeMutableRawPointer? {
        let word = table.word(page)
        var seen = word.pointee.load(ordering: .acquiring)
        while seen != 0 {
            let (done, now) = word.pointee.compareExchange(
                expected: seen, desired: seen | PageTable.dirty | PageTable.used, ordering: .acquiringAndReleasing)
            if done { return UnsafeMutableRawPointer(bitPattern: seen & ~PageTable.marks) }
            seen = now
        }
        return nil
    }

    /// The writer's dirty page, or nil if `page` is none.
    @inline(__always)
    func dirty(_ page: UInt32) -> UnsafeMutableRawPointer? {
        let word = table.load(page)
        return word & PageTable.dirty == 0 ? nil : UnsafeMutableRawPointer(bitPattern: word & ~PageTable.marks)
    }

    /// Written: from now on a page like any other.
    func makeClean(_ page: UInt32) {
        _ = table.word(page).pointee.bitwiseAnd(~PageTable.dirty, ordering: .acquiringAndReleasing)
    }

    func drop(_ page: UInt32) {
        if table.load(page) == 0 { return }
        let old = table.word(page).pointee.exchange(0, ordering: .acquiringAndReleasing)
        if old != 0 { retire(old) }
    }

    // MARK: Frames

    private func takeFrame() -> UnsafeMutableRawPointer {
        gate.withLock { _ in
            if let frame = free.popLast() { return frame }
            reclaim()
            if free.isEmpty && slabs.count * framesPerSlab < budget { addSlab() }
            if free.isEmpty {
                sweep()
                reclaim()
            }
            if free.isEmpty { addSlab() }
            return free.removeLast()
        }
    }

    /// A frame that was in no table.
    private func giveBack(_ frame: UnsafeMutableRawPointer) { gate.withLock { _ in free.append(frame) } }

    private func retire(_ word: UInt) {
        guard let page = UnsafeMutableRawPointer(bitPattern: word & ~PageTable.marks) else { return }
        gate.withLock { _ in retired.append((page, epochs.current)) }
    }

    /// Frees what was retired two epochs ago and in which no cursor stands.
    private func reclaim() {
        if retired.isEmpty { return }
        epochs.advance()
        epochs.advance()
        let now = epochs.current
        retired.removeAll { frame, epoch in
            guard now >= epoch + 2, PageFrame(frame).pins.pointee.load(ordering: .acquiring) == 0 else { return false }
            free.append(frame)
            return true
        }
    }

    private func addSlab() {
        var memory: UnsafeMutableRawPointer?
        let isHuge = slabBytes == 2 << 20
        guard posix_memalign(&memory, isHuge ? slabBytes : 4096, slabBytes) == 0, let slab = memory else {
            preconditionFailure("out of memory")
        }
        if isHuge { _ = madvise(slab, slabBytes, MADV_HUGEPAGE) }
        slabs.append(slab)
        for index in (0..<framesPerSlab).reversed() {
            let frame = frame(index, of: slab)
            memset(frame - PageFrame.headerSize, 0, PageFrame.headerSize)
            free.append(frame)
        }
    }

    @inline(__always)
    private func frame(_ index: Int, of slab: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        slab + (index * (pageBytes + PageFrame.headerSize) + PageFrame.headerSize)
    }

    /// Moves the hand until a batch is won, at most twice around.
    private func sweep() {
        let total = slabs.count * framesPerSlab
        let epoch = epochs.current
        var won = 0
        var steps = 0
        while won < Self.batch && steps < 2 * total {
            steps += 1
            hand = hand + 1 < total ? hand + 1 : 0
            let frame = frame(hand % framesPerSlab, of: slabs[hand / framesPerSlab])
            let word = table.word(PageFrame(frame).number)
            let seen = word.pointee.load(ordering: .acquiring)
            // The table may know another frame under this number, or none: then this one is free or retired.
            guard seen & ~PageTable.marks == UInt(bitPattern: frame), seen & PageTable.dirty == 0 else { continue }
            if seen & PageTable.used != 0 {
                _ = word.pointee.bitwiseAnd(~PageTable.used, ordering: .relaxed)
                continue
            }
            if word.pointee.compareExchange(expected: seen, desired: 0, ordering: .acquiringAndReleasing).exchanged {
                retired.append((frame, epoch))
                evictions += 1
                won += 1
            }
        }
    }

    /// Bytes of memory held, and counts since it was made.
    var usage: (bytes: Int, misses: UInt64, evictions: UInt64) {
        gate.withLock { _ in (slabs.count * slabBytes, misses.load(ordering: .relaxed), evictions) }
    }
}
