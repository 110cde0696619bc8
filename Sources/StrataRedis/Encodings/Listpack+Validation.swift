import StrataRESP

extension Listpack {
    /// Reads `bytes` from outside as a listpack, each length checked before it is followed.
    /// - Returns: the number of its elements, or nil where anything is not as the format says.
    package static func validate(_ bytes: Bytes) -> Int? {
        let size = bytes.count
        guard size >= ListpackFormat.emptySize, size <= ListpackFormat.maxSize else { return nil }
        let start = bytes.start
        guard Int(UInt32(littleEndian: start.loadUnaligned(as: UInt32.self))) == size else { return nil }
        let stated = Int(UInt16(littleEndian: start.loadUnaligned(fromByteOffset: 4, as: UInt16.self)))
        let end = size - 1
        guard start.load(fromByteOffset: end, as: UInt8.self) == ListpackFormat.end else { return nil }
        var at = ListpackFormat.headerSize
        var count = 0
        while at < end {
            guard let entry = entrySize(start + at, room: end - at) else { return nil }
            let trailer = ListpackFormat.trailerSize(entry)
            guard entry + trailer <= end - at, trailerValue(start + at + entry, trailer) == entry else { return nil }
            at += entry + trailer
            count += 1
        }
        guard stated == ListpackFormat.unknownCount || stated == count else { return nil }
        return count
    }

    /// Whether the bytes have the frame of a listpack: sizes that fit, and the end where it belongs. Entries are not read.
    package static func hasValidHeader(_ bytes: Bytes) -> Bool {
        bytes.count >= ListpackFormat.emptySize
            && Int(UInt32(littleEndian: bytes.start.loadUnaligned(as: UInt32.self))) == bytes.count
            && bytes[bytes.count - 1] == ListpackFormat.end
    }

    /// Whether two of the elements at 0, `step`, 2 * `step` ... are the same: fields, members.
    package func hasDuplicates(step: Int) -> Bool {
        var seen = Set<[UInt8]>()
        var index = 0
        var isDuplicate = false
        forEach { value in
            if index % step == 0, !seen.insert(value.copy()).inserted { isDuplicate = true }
            index += 1
            return !isDuplicate
        }
        return isDuplicate
    }

    /// Bytes of head and payload of an entry of which `room` bytes may be read; nil if it is none or does not fit.
    private static func entrySize(_ entry: UnsafeRawPointer, room: Int) -> Int? {
        guard room > 0 else { return nil }
        let head = entry.load(as: UInt8.self)
        let headSize =
            switch head {
            case 0xE0..<0xF0: 2
            case 0xF0: 5
            case 0xF5...0xFF: 0
            default: 1
            }
        guard headSize > 0, headSize <= room else { return nil }
        let size = ListpackFormat.size(at: entry)
        return size <= room ? size : nil
    }

    private static func trailerValue(_ place: UnsafeRawPointer, _ size: Int) -> Int? {
        var value = 0
        for index in 0..<size {
            let byte = place.load(fromByteOffset: index, as: UInt8.self)
            // Every byte but the first says that another one stands before it.
            guard (byte & 0x80 != 0) == (index > 0) else { return nil }
            value = value << 7 | Int(byte & 0x7F)
        }
        return value
    }
}
