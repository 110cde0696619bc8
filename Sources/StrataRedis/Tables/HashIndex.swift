import Glibc
import StrataDisk
import StrataRESP

/// The one hash table: finds blobs by the key within them. Memory and invariants: `HashIndexFormat`.
///
/// It owns no blob. Nothing is ever rehashed as a whole: a segment of at most `maxSlots` is resized, split in two or
/// merged with its sibling, so the longest pause is the doubling of the directory (8 bytes per about 60 keys).
/// The order of hashes never changes, so a place in it is a cursor that survives any growth and shrinking.
package final class HashIndex {
    typealias Format = HashIndexFormat

    package private(set) var count = 0
    let keyOffset: Int
    /// Of a key, wherever keys have to be hashed again; callers give hashes of the same function.
    let hashKey: (Bytes) -> UInt64

    // Unchecked: every method is of the one owning thread, and none calls out while it changes these.
    @exclusivity(unchecked) var directory: UnsafeMutablePointer<UnsafeMutableRawPointer>
    @exclusivity(unchecked) var globalDepth = 0
    /// Segments as deep as the directory: at none it is halved.
    @exclusivity(unchecked) var deepestSegments = 1
    /// No segment has more slots than this.
    @exclusivity(unchecked) var mostSlots = HashIndexFormat.capacity(for: 0)
    @exclusivity(unchecked) private var segmentBytes = 0

    /// - Parameter keyOffset: where a blob's key begins.
    package init(keyOffset: Int, hash: @escaping (Bytes) -> UInt64 = HashIndex.hash) {
        self.keyOffset = keyOffset
        hashKey = hash
        directory = .allocate(capacity: 1)
        directory[0] = makeSegment(capacity: Format.capacity(for: 0), depth: 0)
    }

    deinit {
        forEachSegment { free($0.base) }
        directory.deallocate()
    }

    /// Of this process' keys: `SipHash.ofProcess`.
    @inline(__always)
    package static func hash(_ key: Bytes) -> UInt64 { SipHash.ofProcess.hash(key) }

    /// Bytes of heap, exactly (`HeapCost`), without the blobs.
    package var memoryBytes: Int { segmentBytes + HeapCost.of(8 << globalDepth) + HeapCost.of(112) }

    // MARK: One key

    /// The blob of a key.
    @inline(__always)
    package func find(_ key: Bytes, hash: UInt64) -> UnsafeMutableRawPointer? {
        let segment = segment(of: hash)
        let wanted = segment.tag(of: hash)
        let count = segment.count
        let slots = segment.slots
        var at = segment.lowerBound(wanted, hash: hash)
        while at < count {
            let slot = slots[at]
            guard slot &>> Format.addressBits == wanted else { return nil }
            let blob = Segment.blob(slot)
            if holds(blob, key) { return blob }
            at &+= 1
        }
        return nil
    }

    /// Adds a blob whose key is not there yet.
    package func insert(_ blob: UnsafeMutableRawPointer, hash: UInt64) {
        var segment = segment(of: hash)
        if segment.count == segment.capacity { segment = makeRoom(hash) }
        let slot = Segment.slot(blob, tag: segment.tag(of: hash))
        segment.insert(slot, at: segment.lowerBound(slot &>> Format.addressBits, hash: hash))
        count &+= 1
    }

    /// A blob has moved.
    package func replace(
        _ old: UnsafeMutableRawPointer, by new: UnsafeMutableRawPointer, hash: UInt64
    ) {
        let segment = segment(of: hash)
        guard let at = position(of: old, hash: hash, in: segment) else {
            preconditionFailure("a blob replaced that is not there")
        }
        segment.slots[at] = Segment.slot(new, tag: segment.tag(of: hash))
    }

    /// Takes the blob of a key out; it is the caller's then.
    package func remove(_ key: Bytes, hash: UInt64) -> UnsafeMutableRawPointer? {
        guard let blob = find(key, hash: hash) else { return nil }
        remove(blob, hash: hash)
        return blob
    }

    /// Takes a blob out that is there.
    package func remove(_ blob: UnsafeMutableRawPointer, hash: UInt64) {
        let segment = segment(of: hash)
        guard let at = position(of: blob, hash: hash, in: segment) else {
            preconditionFailure("a blob removed that is not there")
        }
        segment.remove(at: at)
        count &-= 1
        let slots = segment.count
        if slots & 3 == 0 { shrink(segment, hash) }
    }

    /// Takes everything out and gives each blob away.
    package func removeAll(_ release: (UnsafeMutableRawPointer) -> Void) {
        forEachSegment { segment in
            for at in 0..<segment.count { release(Segment.blob(segment.slots[at])) }
            free(segment.base)
        }
        directory.deallocate()
        segmentBytes = 0
        count = 0
        globalDepth = 0
        deepestSegments = 1
        mostSlots = Format.capacity(for: 0)
        directory = .allocate(capacity: 1)
        directory[0] = makeSegment(capacity: Format.capacity(for: 0), depth: 0)
    }

    // MARK: Segments

    @inline(__always)
    func segment(of hash: UInt64) -> Segment {
        // Two shifts: one by 64 is not defined where the depth is 0.
        Segment(
            base: directory[Int(truncatingIfNeeded: (hash &>> 1) &>> UInt64(truncatingIfNeeded: 63 &- globalDepth))])
    }

    @inline(__always)
    private func holds(_ blob: UnsafeMutableRawPointer, _ key: Bytes) -> Bool {
        Int(blob.load(as: UInt32.self)) == key.count && memcmp(blob + keyOffset, key.start, key.count) == 0
    }

    @inline(__always)
    func keyHash(_ blob: UnsafeMutableRawPointer) -> UInt64 {
        hashKey(Bytes(blob + keyOffset, Int(blob.load(as: UInt32.self))))
    }

    private func position(of blob: UnsafeMutableRawPointer, hash: UInt64, in segment: Segment) -> Int? {
        let wanted = Segment.slot(blob, tag: segment.tag(of: hash))
        var at = segment.lowerBound(wanted &>> Format.addressBits, hash: hash)
        while at < segment.count, segment.slots[at] &>> Format.addressBits == wanted &>> Format.addressBits {
            if segment.slots[at] == wanted { return at }
            at &+= 1
        }
        return nil
    }

    func makeSegment(capacity: Int, depth: Int) -> UnsafeMutableRawPointer {
        let size = Format.headerSize + 8 * capacity
        guard let base = malloc(size) else { preconditionFailure("out of memory for \(size) bytes") }
        segmentBytes += HeapCost.of(size)
        base.storeBytes(of: 0, toByteOffset: Format.countAt, as: UInt32.self)
        base.storeBytes(of: UInt32(capacity), toByteOffset: Format.capacityAt, as: UInt32.self)
        base.storeBytes(of: 0, toByteOffset: Format.depthAt, as: UInt64.self)
        base.storeBytes(of: UInt8(depth), toByteOffset: Format.depthAt, as: UInt8.self)
        base.storeBytes(of: UInt8(Format.base(ofDepth: depth)), toByteOffset: Format.baseAt, as: UInt8.self)
        mostSlots = max(mostSlots, capacity)
        return base
    }

    func freeSegment(_ segment: Segment) {
        segmentBytes -= HeapCost.of(Format.headerSize + 8 * segment.capacity)
        free(segment.base)
    }

    /// Each segment once, in the order of hashes.
    func forEachSegment(_ body: (Segment) -> Void) {
        var at = 0
        while at < 1 << globalDepth {
            let segment = Segment(base: directory[at])
            let step = 1 << (globalDepth - segment.depth)
            body(segment)
            at += step
        }
    }
}
