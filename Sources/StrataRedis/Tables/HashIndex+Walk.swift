import StrataDisk

extension HashIndex {
    /// Every blob in the order of hashes until `body` answers false. It changes nothing here.
    package func forEach(_ body: (UnsafeMutableRawPointer) -> Bool) {
        var at = 0
        while at < 1 << globalDepth {
            let segment = Segment(base: directory[at])
            at += 1 << (globalDepth - segment.depth)
            for slot in 0..<segment.count where !body(Segment.blob(segment.slots[slot])) { return }
        }
    }

    /// Every blob is as likely as every other. Nil: there is none.
    ///
    /// A directory entry and a number are drawn until the number is one of a slot; segments that stand at several
    /// entries draw from as many times more numbers.
    package func randomBlob(_ random: inout SeededRandom) -> UnsafeMutableRawPointer? {
        if count == 0 { return nil }
        if globalDepth == 0 {
            let segment = Segment(base: directory[0])
            return Segment.blob(segment.slots[random.below(segment.count)])
        }
        while true {
            let segment = Segment(base: directory[Int(truncatingIfNeeded: random.next() >> UInt64(64 - globalDepth))])
            let number = random.below(mostSlots << (globalDepth - segment.depth))
            if number < segment.count { return Segment.blob(segment.slots[number]) }
        }
    }

    /// Calls `body` for some `count` blobs from the cursor on and returns the cursor to go on with; 0 begins, and
    /// says that all were given. A blob that is there from the first call to the last is given, whatever else is
    /// inserted and removed between the calls; more than once at most where the table shrank.
    ///
    /// More than `count` are given where hashes agree in their first bits, and fewer where a lot of the table is
    /// empty: 10 x `count` segments are looked at, at the most. `body` changes nothing here.
    package func scan(cursor: UInt64, count: Int, _ body: (UnsafeMutableRawPointer) -> Void) -> UInt64 {
        // The cursor is the next hash with its bits reversed: of the first bits alone, so clients see small numbers.
        var next = Self.reversed(cursor)
        var given = 0
        for _ in 0..<(10 * max(count, 1)) {
            let segment = segment(of: next)
            let slots = segment.slots
            let end = segment.count
            let tag = segment.tag(of: next)
            var at = segment.lowerBound(tag, hash: next)
            while at < end {
                let tag = slots[at] >> Format.addressBits
                while at < end, slots[at] >> Format.addressBits == tag {
                    body(Segment.blob(slots[at]))
                    given += 1
                    at += 1
                }
                if given >= count, at < end {
                    return Self.reversed(segment.start(next, Format.tagBits, tag) &+ segment.tagWidth)
                }
            }
            next = segment.end(next)
            if next == 0 { return 0 }
            if given >= count { return Self.reversed(next) }
        }
        return Self.reversed(next)
    }

    /// The blobs of one segment from hash `position` on, and the hash where the next one begins; 0: that was the last.
    package func segmentBlobs(
        from position: UInt64, into blobs: inout [UnsafeMutableRawPointer]
    ) -> UInt64 {
        let segment = segment(of: position)
        let isWhole = position == segment.end(position) &- segment.width
        for at in 0..<segment.count {
            let blob = Segment.blob(segment.slots[at])
            // Part of a segment only where two were merged after the first was given.
            if isWhole || keyHash(blob) >= position { blobs.append(blob) }
        }
        return segment.end(position)
    }

    static func reversed(_ bits: UInt64) -> UInt64 {
        var bits = bits.byteSwapped
        bits = (bits >> 4) & 0x0F0F_0F0F_0F0F_0F0F | (bits & 0x0F0F_0F0F_0F0F_0F0F) << 4
        bits = (bits >> 2) & 0x3333_3333_3333_3333 | (bits & 0x3333_3333_3333_3333) << 2
        return (bits >> 1) & 0x5555_5555_5555_5555 | (bits & 0x5555_5555_5555_5555) << 1
    }
}

extension HashIndex.Segment {
    /// Hashes between two neighbouring tags.
    var tagWidth: UInt64 { 1 << UInt64(64 - bitsBase - Int(HashIndexFormat.tagBits)) }

    /// Hashes of the segment; 0 for all of them.
    var width: UInt64 { depth == 0 ? 0 : 1 << UInt64(64 - depth) }

    /// The first hash after the segment that `hash` belongs to; 0 after the last.
    func end(_ hash: UInt64) -> UInt64 {
        depth == 0 ? 0 : (hash & ~(width &- 1)) &+ width
    }

    /// The first hash of a tag in the segment that `hash` belongs to.
    func start(_ hash: UInt64, _ bits: UInt64, _ tag: UInt64) -> UInt64 {
        let prefix = bitsBase == 0 ? 0 : hash & ~(UInt64.max >> UInt64(bitsBase))
        return prefix | tag << UInt64(64 - bitsBase - Int(bits))
    }
}
