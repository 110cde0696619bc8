import StrataDisk
import Synchronization

/// Changes that are not in the tree yet, in key order: a skip list in an arena (Pugh, "Skip Lists: A Probabilistic
/// Alternative to Balanced Trees", CACM 33(6), 1990). Nothing is ever unlinked, so readers need neither locks nor counts.
///
/// One writer at a time; any number of readers beside it. A change takes nothing from the allocator but a new chunk now and then.
package final class ChangeBuffer: @unchecked Sendable {
    // One writer is the contract; checking every access at run time as well would cost a tenth of a put.
    @exclusivity(unchecked) private var arena: Arena
    private let heads: KeyHeads
    /// Stands before all others and has no key.
    let front: ChangeNode
    /// Where the last change under each first byte was made: a run of ascending keys, such as an event log, is put in without a search.
    private let fingers: UnsafeMutablePointer<UnsafeMutableRawPointer>
    @exclusivity(unchecked) private var random: UInt64 = 0x9E37_79B9_7F4A_7C15
    private let used = Atomic<Int>(0)
    private let entries = Atomic<Int>(0)

    private static let fingerCount = 256
    private static let levels = ChangeNode.maximumHeight

    /// `beginning`: what most of its keys begin with; it decides speed, never content.
    package convenience init(beginning: [UInt8] = []) { self.init(ChunkPool(), beginning: beginning) }

    init(_ pool: ChunkPool, beginning: [UInt8]) {
        arena = Arena(pool)
        heads = KeyHeads(beginning: beginning)
        let height = ChangeNode.maximumHeight
        let memory = arena.take(ChangeNode.size(height: height, keyLength: 0))
        front = ChangeNode(memory)
        front.initialize(key: UnsafeRawBufferPointer(start: nil, count: 0), head: 0, height: height, cell: nil)
        fingers = .allocate(capacity: Self.fingerCount * height)
        fingers.initialize(repeating: memory, count: Self.fingerCount * height)
    }

    deinit {
        fingers.deallocate()
        heads.deallocate()
    }

    /// Memory in use: keys, values, replaced values too, and what holds them together. Any thread.
    package var bytes: Int { used.load(ordering: .relaxed) }
    /// Keys, tombstones included. Any thread.
    package var count: Int { entries.load(ordering: .relaxed) }

    // MARK: Changing

    /// Puts `value` under `key`, in the place of an earlier value or tombstone.
    @inline(__always)
    package func put(_ key: RawSpan, _ value: RawSpan) {
        key.withUnsafeBytes { key in value.withUnsafeBytes { value in change(key, value) } }
    }

    /// Puts a tombstone under `key`: whatever older layers hold under it is gone.
    @inline(__always)
    package func remove(_ key: RawSpan) {
        key.withUnsafeBytes { key in change(key, nil) }
    }

    private func change(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
        precondition(key.count <= Int(UInt32.max), "a key's length is 32 bits")
        let head = heads.head(of: key)
        let finger = finger(of: key)
        let next = place(finger, before: key, head: head)
        if let next, next.compare(key, head: head) == 0 {
            let cell = ChangeCell(arena.take(ChangeNode.cellSize(value?.count ?? 0)))
            cell.initialize(value)
            next.replaceCell(by: cell.base)
        } else {
            insert(key, head: head, value, after: finger)
        }
        used.store(arena.usedBytes, ordering: .relaxed)
    }

    private func insert(
        _ key: UnsafeRawBufferPointer, head: UInt64, _ value: UnsafeRawBufferPointer?,
        after finger: UnsafeMutablePointer<UnsafeMutableRawPointer>
    ) {
        let height = drawHeight()
        // The first value stands behind its key: reading one brings most of the other into the cache.
        let nodeSize = (ChangeNode.size(height: height, keyLength: key.count) + 7) & ~7
        let memory = arena.take(
            nodeSize + ChangeNode.cellSize(value?.count ?? 0), together: ChangeNode.searchedBytes(height: height))
        let cell = ChangeCell(memory + nodeSize)
        cell.initialize(value)
        let node = ChangeNode(memory)
        node.initialize(key: key, head: head, height: height, cell: cell.base)
        for level in 0..<height {
            var before = ChangeNode(finger[level])
            while let next = follower(of: before, level, before: key, head: head) { before = next }
            node.linkBehind(before, level)
            before.link(level, to: node)
            finger[level] = memory
        }
        entries.store(entries.load(ordering: .relaxed) + 1, ordering: .relaxed)
    }

    @inline(__always)
    private func finger(of key: UnsafeRawBufferPointer) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
        fingers + Int(key.first ?? 0) * Self.levels
    }

    /// Moves `finger` to the last node before `key` on the ground level, and on the others to that or an earlier one. Returns the
    /// node behind.
    @inline(__always)
    private func place(
        _ finger: UnsafeMutablePointer<UnsafeMutableRawPointer>, before key: UnsafeRawBufferPointer, head: UInt64
    ) -> ChangeNode? {
        let last = ChangeNode(finger[0])
        if last == front || last.compare(key, head: head) < 0 {
            let next = last.next(0)
            if next == nil || last.isNext(0, after: head) || next!.compare(key, head: head) >= 0 { return next }
        }
        return search(key, head: head) { level, node in finger[level] = node.base }
    }

    /// 1, and one more with a chance of a half each time.
    @inline(__always)
    private func drawHeight() -> Int {
        // xorshift64 (Marsaglia, "Xorshift RNGs", J. Stat. Soft. 8(14), 2003): heights decide speed, never content.
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return min(1 + random.trailingZeroBitCount, ChangeNode.maximumHeight)
    }

    /// The writer's: what `first(atOrAfter:)` finds. A put of `key`, or of one between it and what was found, then needs no search
    /// of its own.
    @inline(__always)
    func firstToPut(atOrAfter key: UnsafeRawBufferPointer) -> ChangeNode? {
        place(finger(of: key), before: key, head: heads.head(of: key))
    }

    // MARK: Finding

    /// The first node at or after `key`.
    @inline(__always)
    func first(atOrAfter key: UnsafeRawBufferPointer) -> ChangeNode? {
        search(key, head: heads.head(of: key)) { _, _ in }
    }

    /// The last node before `key`; the front where there is none.
    @inline(__always)
    func last(before key: UnsafeRawBufferPointer) -> ChangeNode {
        var last = front
        _ = search(key, head: heads.head(of: key)) { _, node in last = node }
        return last
    }

    /// The node behind `node` on `level` where that is before `key`.
    @inline(__always)
    private func follower(
        of node: ChangeNode, _ level: Int, before key: UnsafeRawBufferPointer, head: UInt64
    ) -> ChangeNode? {
        guard let next = node.next(level), !node.isNext(level, after: head), next.compare(key, head: head) < 0 else {
            return nil
        }
        return next
    }

    /// Returns the first node at or after `key`, after `visit` was given the last one before it on each level, from the top. The
    /// result is the node that was compared, not what follows the last one before `key` by now: a smaller key may have been put
    /// between them.
    @inline(__always)
    private func search(
        _ key: UnsafeRawBufferPointer, head: UInt64, _ visit: (_ level: Int, ChangeNode) -> Void
    ) -> ChangeNode? {
        var at = front
        var passed: ChangeNode?
        for level in stride(from: Self.levels - 1, through: 0, by: -1) {
            // What stopped the level above stops this one too: no second look at it.
            while let next = at.next(level), next != passed {
                guard !at.isNext(level, after: head), next.compare(key, head: head) < 0 else {
                    passed = next
                    break
                }
                at = next
            }
            visit(level, at)
        }
        return passed
    }

    /// The last node; the front where there is none.
    func lastNode() -> ChangeNode {
        var at = front
        for level in stride(from: Self.levels - 1, through: 0, by: -1) {
            while let next = at.next(level) { at = next }
        }
        return at
    }

    @inline(__always)
    func find(_ key: UnsafeRawBufferPointer) -> ChangeCell? {
        guard let node = first(atOrAfter: key), node.keyLength == key.count, node.compare(key) == 0 else { return nil }
        return node.cell
    }

    /// What is known here of a key.
    package enum Lookup<R> {
        case absent
        case removed
        case found(R)
    }

    /// Lends the value under `key`.
    package func get<R, E: Error>(_ key: RawSpan, _ body: (RawSpan) throws(E) -> R) throws(E) -> Lookup<R> {
        guard let cell = key.withUnsafeBytes({ find($0) }) else { return .absent }
        return cell.isTombstone ? .removed : .found(try body(cell.bytes.bytes))
    }

    /// Lends every change in key order, a tombstone with a nil value, until `body` returns false.
    package func forEach<E: Error>(_ body: (RawSpan, UnsafeRawBufferPointer?) throws(E) -> Bool) throws(E) {
        var at = front.next(0)
        while let node = at {
            let cell = node.cell
            guard try body(node.key.bytes, cell.isTombstone ? nil : cell.bytes) else { return }
            at = node.next(0)
        }
    }
}
