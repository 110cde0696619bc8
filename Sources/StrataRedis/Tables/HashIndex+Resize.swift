import Glibc

extension HashIndex {
    /// The segment of a hash, which was full, after it was enlarged or split.
    @inline(never)
    func makeRoom(_ hash: UInt64) -> Segment {
        while true {
            let segment = segment(of: hash)
            if segment.count < segment.capacity { return segment }
            if segment.capacity < Format.maxSlots || !maySplit(segment) {
                return resize(segment, hash, slots: segment.count + 1)
            }
            split(segment, hash)
        }
    }

    /// Whether a split leaves the directory small beside what it leads to. Hashes that all agree in their first bits
    /// would double it without end; their segment grows instead.
    private func maySplit(_ segment: Segment) -> Bool {
        segment.depth < globalDepth || 1 << (globalDepth + 1) <= max(4, count / 8)
    }

    /// Directory entries of the segment of a hash.
    private func entries(of segment: Segment, _ hash: UInt64) -> Range<Int> {
        let width = 1 << (globalDepth - segment.depth)
        let at = Int(truncatingIfNeeded: (hash &>> 1) &>> UInt64(63 - globalDepth)) & ~(width - 1)
        return at..<(at + width)
    }

    /// Moves a segment to memory for `slots`, at the least.
    private func resize(_ segment: Segment, _ hash: UInt64, slots: Int) -> Segment {
        let larger = Segment(base: makeSegment(capacity: Format.capacity(for: slots), depth: segment.depth))
        memcpy(larger.slots, segment.slots, 8 * segment.count)
        larger.count = segment.count
        for at in entries(of: segment, hash) { directory[at] = larger.base }
        freeSegment(segment)
        return larger
    }

    private func split(_ segment: Segment, _ hash: UInt64) {
        if segment.depth == globalDepth { doubleDirectory() }
        let depth = segment.depth + 1
        let count = segment.count
        let slots = segment.slots
        // The bit that decides is within the tags, also of those about to be renewed: depth < base + 8.
        let bit: UInt64 = 1 << UInt64(63 - segment.depth + segment.bitsBase)
        var middle = 0
        while middle < count, slots[middle] & bit == 0 { middle += 1 }
        let low = Segment(base: makeSegment(capacity: Format.capacity(for: middle + 1), depth: depth))
        memcpy(low.slots, slots, 8 * middle)
        low.count = middle
        let high = Segment(base: makeSegment(capacity: Format.capacity(for: count - middle + 1), depth: depth))
        memcpy(high.slots, slots + middle, 8 * (count - middle))
        high.count = count - middle
        if low.bitsBase != segment.bitsBase {
            retag(low)
            retag(high)
        }
        let entries = entries(of: segment, hash)
        let half = entries.lowerBound + entries.count / 2
        for at in entries { directory[at] = at < half ? low.base : high.base }
        if depth == globalDepth { deepestSegments += 2 }
        freeSegment(segment)
    }

    /// Tags by the segment's base, from the keys.
    private func retag(_ segment: Segment) {
        let slots = segment.slots
        for at in 0..<segment.count {
            let blob = Segment.blob(slots[at])
            slots[at] = Segment.slot(blob, tag: segment.tag(of: keyHash(blob)))
        }
        segment.sort()
    }

    private func doubleDirectory() {
        let size = 1 << globalDepth
        let larger = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: 2 * size)
        for at in 0..<size {
            larger[2 * at] = directory[at]
            larger[2 * at + 1] = directory[at]
        }
        directory.deallocate()
        directory = larger
        globalDepth += 1
        deepestSegments = 0
    }

    private func halveDirectory() {
        globalDepth -= 1
        let size = 1 << globalDepth
        let smaller = UnsafeMutablePointer<UnsafeMutableRawPointer>.allocate(capacity: size)
        for at in 0..<size { smaller[at] = directory[2 * at] }
        directory.deallocate()
        directory = smaller
        deepestSegments = 0
        forEachSegment { if $0.depth == globalDepth { deepestSegments += 1 } }
    }

    /// After a removal: gives memory back, merges siblings. Enough is left free that the next insertion undoes nothing.
    func shrink(_ segment: Segment, _ hash: UInt64) {
        var segment = segment
        while segment.depth > 0, segment.count <= Format.mergedSlots / 2, let merged = merge(segment, hash) {
            segment = merged
        }
        if segment.capacity > Format.capacity(for: 2 * segment.count + 2) {
            _ = resize(segment, hash, slots: segment.count + segment.count / 4 + 1)
        }
    }

    /// One segment of two siblings, if they fit.
    private func merge(_ segment: Segment, _ hash: UInt64) -> Segment? {
        let own = entries(of: segment, hash)
        let isHigh = own.lowerBound & own.count != 0
        let other = Segment(base: directory[isHigh ? own.lowerBound - own.count : own.upperBound])
        let slots = segment.count + other.count
        guard other.depth == segment.depth, slots <= Format.mergedSlots else { return nil }
        let (low, high) = isHigh ? (other, segment) : (segment, other)
        let depth = segment.depth - 1
        let merged = Segment(base: makeSegment(capacity: Format.capacity(for: slots + slots / 4), depth: depth))
        memcpy(merged.slots, low.slots, 8 * low.count)
        memcpy(merged.slots + low.count, high.slots, 8 * high.count)
        merged.count = slots
        if merged.bitsBase != segment.bitsBase { retag(merged) }
        let begin = isHigh ? own.lowerBound - own.count : own.lowerBound
        for at in begin..<(begin + 2 * own.count) { directory[at] = merged.base }
        let wasDeepest = segment.depth == globalDepth
        freeSegment(low)
        freeSegment(high)
        if wasDeepest {
            deepestSegments -= 2
            if deepestSegments == 0 { halveDirectory() }
        }
        return merged
    }
}
