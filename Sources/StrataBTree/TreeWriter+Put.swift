import Glibc
import StrataDisk

extension TreeWriter {
    /// Stores `value` under `key`, replacing what is there.
    ///
    /// - Throws: `.invalid` for a key or value that is too long, `ENOSPC`, and then nothing has changed; `.corrupt` or
    ///   `.io` from a page that must be read.
    package func put(_ key: RawSpan, _ value: RawSpan) throws(StorageError) {
        try requireActive()
        guard key.byteCount <= tree.maximumKeySize else {
            throw .init(
                kind: .invalid("a key of \(key.byteCount) bytes; at most \(tree.maximumKeySize) fit"),
                file: store.file.name)
        }
        guard value.byteCount <= PageFormat.maximumValueSize else {
            throw .init(
                kind: .invalid("a value of \(value.byteCount) bytes; at most \(PageFormat.maximumValueSize) fit"),
                file: store.file.name)
        }
        try key.withUnsafeBytes { (keyBuffer) throws(StorageError) in
            try value.withUnsafeBytes { (valueBuffer) throws(StorageError) in
                try put(Bytes(keyBuffer), Bytes(valueBuffer))
            }
        }
    }

    private func put(_ key: Bytes, _ value: Bytes) throws(StorageError) {
        let pass = cache.enter()
        defer { pass.leave() }
        try reserve(pagesPerCall)
        let isFound = try find(key)
        let inlineSize = PageFormat.leafEntryHeader + key.count + value.count
        let isInline = inlineSize + PageFormat.slotSize <= PageFormat.maximumEntry(pageBytes: pageBytes)
        let run = isInline ? nil : try writeOverflow(value)
        if run != nil {
            do throws(StorageError) {
                try reserve(pagesPerCall)
            } catch {
                if let run { discard(run) }
                throw error
            }
        }
        if !isFound { makeRoot() }
        try touchPath()
        let leaf = path[path.count - 1].node
        let (index, isEqual) = leaf.lowerBound(key, isLeaf: true)
        if isEqual {
            if isInline, let old = leaf.inlineValue(index), old.count == value.count {
                memcpy(UnsafeMutableRawPointer(mutating: old.start), value.start, value.count)
                return
            }
            if let old = leaf.overflow(index) { discard(old) }
            leaf.remove(at: index)
        } else {
            meta.entries += 1
        }
        note(insertionAt: index, in: leaf)
        insert(encode(key, value, run), at: index, level: path.count - 1)
        try spillIfFull()
    }

    private func makeRoot() {
        let (page, memory) = takePage()
        let node = Node(memory)
        node.format(.leaf, level: 0, page: page, commit: number, pageBytes: pageBytes)
        meta.root = page
        meta.depth = 1
        path = [Level(node: node, index: 0)]
    }

    /// Counts insertions each of which came right after the one before it.
    private func note(insertionAt index: Int, in leaf: Node) {
        streak = lastInsert == (leaf.page, index - 1) ? streak + 1 : 0
        lastInsert = (leaf.page, index)
    }

    private func encode(_ key: Bytes, _ value: Bytes, _ run: OverflowReference?) -> EntryReference {
        let entry = scratch + 2 * pageBytes
        entry.storeBytes(of: UInt16(key.count).littleEndian, as: UInt16.self)
        memcpy(entry + PageFormat.leafEntryHeader, key.start, key.count)
        let rest = entry + (PageFormat.leafEntryHeader + key.count)
        guard let run else {
            entry.storeBytes(of: UInt16(value.count).littleEndian, toByteOffset: 2, as: UInt16.self)
            memcpy(rest, value.start, value.count)
            return EntryReference(start: entry, size: PageFormat.leafEntryHeader + key.count + value.count)
        }
        entry.storeBytes(of: PageFormat.overflowMark.littleEndian, toByteOffset: 2, as: UInt16.self)
        rest.storeBytes(of: run.first.littleEndian, as: UInt32.self)
        rest.storeBytes(of: run.size.littleEndian, toByteOffset: 4, as: UInt32.self)
        return EntryReference(
            start: entry, size: PageFormat.leafEntryHeader + key.count + PageFormat.overflowReferenceSize)
    }

    /// An entry of a branch, in the place kept for separators of `level`.
    func encode(child: UInt32, _ key: Bytes, level: Int) -> EntryReference {
        let entry = scratch + (3 + level) * pageBytes
        entry.storeBytes(of: child.littleEndian, as: UInt32.self)
        entry.storeBytes(of: UInt16(key.count).littleEndian, toByteOffset: 4, as: UInt16.self)
        memmove(entry + PageFormat.branchEntryHeader, key.start, key.count)
        return EntryReference(start: entry, size: PageFormat.branchEntryHeader + key.count)
    }

    /// Adds an entry to the path's page at `level`, counted from the root.
    func insert(_ entry: EntryReference, at index: Int, level: Int) {
        let node = path[level].node
        if let room = node.insertRoom(at: index, entry.size, pageBytes: pageBytes, scratch: scratch) {
            memcpy(room, entry.start, entry.size)
            node.keyChanged(at: index)
        } else {
            split(entry, at: index, level: level)
        }
    }
}
