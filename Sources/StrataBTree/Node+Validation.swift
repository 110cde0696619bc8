import StrataCodec
import StrataDisk

extension Node {
    /// What a page that was read contradicts; `expected` and `found` are texts.
    struct Flaw {
        let field: String
        let expected: String
        let found: String
    }

    /// Checks all that later reading relies on, so that no bytes, hostile ones included, make it leave the page:
    /// checksum, identity, every offset, length and child. The order of keys is left to the check of whole trees.
    ///
    /// - Parameters:
    ///   - page: where it was read from.
    ///   - pages: pages of the file in use; children are below it.
    func flaw(page: UInt32, pageBytes: Int, pages: UInt32) -> Flaw? {
        let stored = UInt32(littleEndian: base.load(as: UInt32.self))
        let computed = Self.checksum(base, pageBytes)
        guard stored == computed else {
            return Flaw(field: "page crc32c", expected: hex(stored), found: hex(computed))
        }
        return structuralFlaw(page: page, pageBytes: pageBytes, pages: pages)
    }

    /// As `flaw`, without the checksum.
    func structuralFlaw(page: UInt32, pageBytes: Int, pages: UInt32) -> Flaw? {
        guard self.page == page else { return Flaw(field: "page number", expected: "\(page)", found: "\(self.page)") }
        let isLeaf = kind == PageFormat.Kind.leaf.rawValue
        guard isLeaf || kind == PageFormat.Kind.branch.rawValue else {
            return Flaw(field: "page kind", expected: "leaf or branch", found: "\(kind)")
        }
        guard isLeaf == (level == 0), level < PageFormat.maximumDepth else {
            return Flaw(
                field: "level", expected: isLeaf ? "0" : "1 to \(PageFormat.maximumDepth - 1)", found: "\(level)")
        }
        let count = count
        let slotsEnd = PageFormat.headerSize + count * PageFormat.slotSize
        guard count > 0, slotsEnd <= pageBytes else {
            return Flaw(field: "entry count", expected: "1 or more that fit", found: "\(count)")
        }
        let heapStart = heapStart
        guard heapStart >= slotsEnd, heapStart <= pageBytes else {
            return Flaw(field: "heap start", expected: "\(slotsEnd) to \(pageBytes)", found: "\(heapStart)")
        }
        let header = isLeaf ? PageFormat.leafEntryHeader : PageFormat.branchEntryHeader
        let prefix = prefix
        var total = 0
        for index in 0..<count {
            let offset = offset(index)
            guard offset >= heapStart, offset + header <= pageBytes else {
                return Flaw(field: "offset of entry \(index)", expected: "\(heapStart) or more", found: "\(offset)")
            }
            let size = Self.size(entry(index), isLeaf: isLeaf)
            guard offset + size <= pageBytes else {
                return Flaw(
                    field: "size of entry \(index)", expected: "at most \(pageBytes - offset)", found: "\(size)")
            }
            // What splitting counts on.
            guard size + PageFormat.slotSize <= PageFormat.maximumEntry(pageBytes: pageBytes) else {
                return Flaw(field: "size of entry \(index)", expected: "at most a third of the room", found: "\(size)")
            }
            total += size
            let keySize = key(index).count
            guard keySize <= PageFormat.maximumKey(pageBytes: pageBytes) else {
                return Flaw(
                    field: "key size of entry \(index)",
                    expected: "at most \(PageFormat.maximumKey(pageBytes: pageBytes))",
                    found: "\(keySize)")
            }
            if isLeaf || index > 0 {
                guard keySize >= prefix else {
                    return Flaw(field: "key size of entry \(index)", expected: "\(prefix) or more", found: "\(keySize)")
                }
            } else {
                guard keySize == 0 else {
                    return Flaw(field: "first key of a branch", expected: "0 bytes", found: "\(keySize)")
                }
            }
            if isLeaf {
                if let run = overflow(index) {
                    let length = PageFormat.runPages(value: Int(run.size), pageBytes: pageBytes)
                    guard run.first >= PageFormat.metaPages, Int(run.first) + length <= Int(pages) else {
                        return Flaw(
                            field: "overflow pages of entry \(index)", expected: "pages 2 to \(pages - 1)",
                            found: "\(length) from \(run.first)")
                    }
                }
            } else {
                let child = child(index)
                guard child >= PageFormat.metaPages, child < pages else {
                    return Flaw(field: "child \(index)", expected: "2 to \(pages - 1)", found: "\(child)")
                }
            }
        }
        // Entries that overlap would let rewriting a page run out of it.
        guard total == liveHeap, total <= pageBytes - heapStart else {
            return Flaw(
                field: "live heap", expected: "\(total), at most \(pageBytes - heapStart)", found: "\(liveHeap)")
        }
        return nil
    }

    /// The checksum of a page, which its first four bytes store.
    @inline(__always)
    static func checksum(_ base: UnsafeRawPointer, _ size: Int) -> UInt32 {
        CRC32C.checksum(UnsafeRawBufferPointer(start: base + 4, count: size - 4).bytes)
    }

    /// Stores the checksum: the page is ready to be written.
    func seal(pageBytes: Int) { setField(Field.crc, Self.checksum(base, pageBytes)) }
}

func hex(_ value: some FixedWidthInteger & UnsignedInteger) -> String {
    let digits = String(value, radix: 16)
    return "0x" + String(repeating: "0", count: value.bitWidth / 4 - digits.count) + digits
}

extension StorageError {
    static func corrupt(
        _ field: String, _ expected: String, _ found: String, _ file: String, _ offset: UInt64
    ) -> StorageError {
        .init(kind: .corrupt(field: field, expected: expected, found: found), file: file, offset: offset)
    }
}
