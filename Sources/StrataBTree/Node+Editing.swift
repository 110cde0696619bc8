import Glibc

/// Changes to a page that belongs to the writer alone.
extension Node {
    /// Makes zeroed memory an empty page.
    func format(_ kind: PageFormat.Kind, level: Int, page: UInt32, commit: UInt64, pageBytes: Int) {
        setField(Field.kind, kind.rawValue)
        setField(Field.level, UInt8(level))
        setField(Field.heapStart, UInt32(pageBytes))
        own(page: page, commit: commit)
    }

    /// Says whose copy this is.
    func own(page: UInt32, commit: UInt64) {
        setField(Field.page, page)
        setField(Field.commit, commit)
    }

    /// Bytes that slots and entries take.
    @inline(__always)
    var usedRoom: Int { count * PageFormat.slotSize + liveHeap }

    @inline(__always)
    private var gap: Int { heapStart - PageFormat.headerSize - count * PageFormat.slotSize }

    /// Drops all entries.
    func removeAll(pageBytes: Int) {
        setField(Field.count, UInt16(0))
        setField(Field.prefix, UInt16(0))
        setField(Field.heapStart, UInt32(pageBytes))
        setField(Field.liveHeap, UInt32(0))
    }

    /// Room for an entry of `size` bytes in place `index`, to be filled and then followed by `keyChanged(at:)`; nil if
    /// the page has none. `scratch` is as long as a page.
    func insertRoom(at index: Int, _ size: Int, pageBytes: Int, scratch: UnsafeMutableRawPointer)
        -> UnsafeMutableRawPointer?
    {
        let count = count
        guard usedRoom + size + PageFormat.slotSize <= PageFormat.room(pageBytes: pageBytes) else { return nil }
        if gap < size + PageFormat.slotSize { compact(pageBytes: pageBytes, scratch: scratch) }
        let offset = heapStart - size
        let place = base + (PageFormat.headerSize + index * PageFormat.slotSize)
        memmove(place + PageFormat.slotSize, place, (count - index) * PageFormat.slotSize)
        setSlot(index, head: 0, offset: offset)
        setField(Field.count, UInt16(count + 1))
        setField(Field.heapStart, UInt32(offset))
        setField(Field.liveHeap, UInt32(liveHeap + size))
        return base + offset
    }

    /// Copies a whole entry to the end; there must be room. Heads are set by `finishKeys` after the last.
    @inline(__always)
    func append(_ entry: EntryReference) {
        let offset = heapStart - entry.size
        let count = count
        setSlot(count, head: 0, offset: offset)
        memcpy(base + offset, entry.start, entry.size)
        setField(Field.count, UInt16(count + 1))
        setField(Field.heapStart, UInt32(offset))
        setField(Field.liveHeap, UInt32(liveHeap + entry.size))
    }

    func remove(at index: Int) {
        let count = count
        let offset = offset(index)
        let size = Self.size(entry(index), isLeaf: isLeaf)
        let place = base + (PageFormat.headerSize + index * PageFormat.slotSize)
        memmove(place, place + PageFormat.slotSize, (count - index - 1) * PageFormat.slotSize)
        setField(Field.count, UInt16(count - 1))
        setField(Field.liveHeap, UInt32(liveHeap - size))
        if offset == heapStart { setField(Field.heapStart, UInt32(offset + size)) }
    }

    /// Makes the first entry of a branch the one without a key.
    func clearFirstKey() {
        let entry = entry(0)
        let size = Int(UInt16(littleEndian: entry.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
        entry.storeBytes(of: 0, toByteOffset: 4, as: UInt16.self)
        setField(Field.liveHeap, UInt32(liveHeap - size))
        setSlot(0, head: 0, offset: offset(0))
    }

    /// Sets the head of a new key; a new first or last one may change the prefix, and with it all heads.
    @inline(__always)
    func keyChanged(at index: Int) {
        let first = firstKeyed
        if index < first { return }
        if index == first || index == count - 1 {
            if commonPrefix(from: first) != prefix { return finishKeys() }
        }
        setSlot(index, head: key(index).head(after: prefix), offset: offset(index))
    }

    /// Keys are in order, so what the first and the last share all of them share.
    @inline(__always)
    private func commonPrefix(from first: Int) -> Int {
        count - first < 2 ? 0 : key(first).commonPrefix(key(count - 1))
    }

    /// Sets prefix and heads anew.
    func finishKeys() {
        let first = firstKeyed
        let prefix = commonPrefix(from: first)
        setField(Field.prefix, UInt16(prefix))
        var index = first
        while index < count {
            setSlot(index, head: key(index).head(after: prefix), offset: offset(index))
            index += 1
        }
    }

    /// Moves the entries together at the page's end.
    func compact(pageBytes: Int, scratch: UnsafeMutableRawPointer) {
        memcpy(scratch, base, pageBytes)
        let old = Node(scratch)
        let isLeaf = isLeaf
        var end = pageBytes
        for index in 0..<count {
            let entry = old.entry(index)
            let size = Self.size(entry, isLeaf: isLeaf)
            end -= size
            memcpy(base + end, entry, size)
            setSlot(index, head: old.head(index), offset: end)
        }
        setField(Field.heapStart, UInt32(end))
    }

    /// Appends all entries, which lie in `base`, to `list`.
    func collect(into list: inout [EntryReference]) {
        let isLeaf = isLeaf
        for index in 0..<count {
            let entry = entry(index)
            list.append(EntryReference(start: entry, size: Self.size(entry, isLeaf: isLeaf)))
        }
    }
}

/// An encoded entry somewhere in memory.
struct EntryReference {
    let start: UnsafeRawPointer
    let size: Int
}
