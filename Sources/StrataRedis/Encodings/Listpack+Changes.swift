import Glibc
import StrataRESP

extension Listpack {
    @inline(__always)
    package mutating func append(_ element: Bytes) { insert(element, at: end) }

    @inline(__always)
    package mutating func append(_ value: Int64) { insert(value, at: end) }

    package mutating func append(_ value: PackedValue) {
        switch value {
        case .bytes(let bytes): append(bytes)
        case .integer(let integer): append(integer)
        }
    }

    package mutating func prepend(_ element: Bytes) { insert(element, at: ListpackFormat.headerSize) }

    /// Puts an element before the entry at `position`, or behind the last one at `end`. It then stands at `position`.
    @inline(__always)
    package mutating func insert(_ element: Bytes, at position: Int) {
        splice(element, at: position, replacing: 0)
        setCount(count + 1)
    }

    @inline(__always)
    package mutating func insert(_ value: Int64, at position: Int) {
        splice(value, at: position, replacing: 0)
        setCount(count + 1)
    }

    /// Puts an element in the place of the one at `position`.
    package mutating func replace(at position: Int, with element: Bytes) {
        splice(element, at: position, replacing: wholeSize(at: position))
        shrinkIfLoose()
    }

    package mutating func replace(at position: Int, with value: Int64) {
        splice(value, at: position, replacing: wholeSize(at: position))
        shrinkIfLoose()
    }

    /// Removes `count` entries (there must be as many) from the one at `position` on; the next one then stands there.
    package mutating func remove(at position: Int, count removed: Int = 1) {
        precondition(removed <= count, "more entries removed than there are")
        var next = position
        for _ in 0..<removed { next += wholeSize(at: next) }
        let size = byteCount
        memmove(base + position, base + next, size - next)
        setSize(size - (next - position))
        setCount(count - removed)
        shrinkIfLoose()
    }

    /// Removes the elements of `range`, which must exist.
    package mutating func removeElements(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        guard let position = position(at: range.lowerBound) else {
            preconditionFailure("elements removed that are not there")
        }
        remove(at: position, count: range.count)
    }

    /// Adds the elements of `other` behind the last one.
    package mutating func append(contentsOf other: borrowing Listpack) {
        let added = other.byteCount - ListpackFormat.emptySize
        let at = end
        reserve(at + added + 1)
        memcpy(base + at, other.base + ListpackFormat.headerSize, added + 1)
        setSize(at + added + 1)
        setCount(count + other.count)
    }

    /// Parts with the elements from index `index` on.
    package mutating func split(at index: Int) -> Listpack {
        guard let position = position(at: index) else { return Listpack() }
        let moved = end - position
        var tail = Listpack(capacity: moved + ListpackFormat.emptySize)
        memcpy(tail.base + ListpackFormat.headerSize, base + position, moved + 1)
        tail.setSize(moved + ListpackFormat.emptySize)
        tail.setCount(count - index)
        base.storeBytes(of: ListpackFormat.end, toByteOffset: position, as: UInt8.self)
        setSize(position + 1)
        setCount(index)
        shrinkIfLoose()
        return tail
    }

    @inline(__always)
    private mutating func splice(_ element: Bytes, at position: Int, replacing replaced: Int) {
        if let value = element.integer {
            splice(value, at: position, replacing: replaced)
        } else {
            let size = ListpackFormat.size(ofString: element.count)
            makeGap(size, at: position, replacing: replaced)
            let written = ListpackFormat.write(element, to: base + position)
            ListpackFormat.writeTrailer(written, to: base + position + written)
        }
    }

    @inline(__always)
    private mutating func splice(_ value: Int64, at position: Int, replacing replaced: Int) {
        makeGap(ListpackFormat.size(of: value), at: position, replacing: replaced)
        let written = ListpackFormat.write(value, to: base + position)
        ListpackFormat.writeTrailer(written, to: base + position + written)
    }

    /// Makes `replaced` bytes at `position` as many as an entry of `size` needs, and sets the new size.
    @inline(__always)
    private mutating func makeGap(_ size: Int, at position: Int, replacing replaced: Int) {
        let whole = size + ListpackFormat.trailerSize(size)
        let old = byteCount
        let new = old + whole - replaced
        reserve(new)
        if whole != replaced { memmove(base + position + whole, base + position + replaced, old - position - replaced) }
        setSize(new)
    }
}
