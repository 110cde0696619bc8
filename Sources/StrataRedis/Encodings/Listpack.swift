import Glibc
import StrataRESP

/// A list of short elements in one block of memory: the very bytes of a Redis listpack (`ListpackFormat.swift`), which
/// RDB files hold as they are.
///
/// A *position* is the offset of an entry in those bytes. Any change makes the positions behind it and all lent bytes
/// invalid. Elements given to a change must not be bytes that this listpack lends. Changes cost a move of the bytes
/// behind the place; walking is linear.
package struct Listpack: ~Copyable {
    /// Its first byte; `byteCount` are in use.
    package private(set) var base: UnsafeMutableRawPointer
    private var capacity: UInt32
    private var elements: UInt32

    /// An empty one. `capacity`: bytes to have room for without growing.
    package init(capacity: Int = 0) {
        let size = MemoryBlock.usableSize(max(capacity, ListpackFormat.emptySize))
        base = MemoryBlock.allocate(size)
        self.capacity = UInt32(size)
        elements = 0
        base.storeBytes(of: ListpackFormat.end, toByteOffset: ListpackFormat.headerSize, as: UInt8.self)
        setSize(ListpackFormat.emptySize)
        setCount(0)
    }

    /// A copy of `bytes` from outside, nil unless they are a whole, valid listpack: nothing is believed unchecked.
    package init?(validating bytes: Bytes) {
        guard let count = Listpack.validate(bytes) else { return nil }
        self.init(copying: bytes, count: count)
    }

    /// A copy of `bytes`, which are a valid listpack of `count` elements.
    private init(copying bytes: Bytes, count: Int) {
        let size = MemoryBlock.usableSize(bytes.count)
        base = MemoryBlock.allocate(size)
        capacity = UInt32(size)
        memcpy(base, bytes.start, bytes.count)
        elements = 0
        setCount(count)
    }

    deinit { free(base) }

    package borrowing func copy() -> Listpack { Listpack(copying: bytes, count: count) }

    /// Elements.
    @inline(__always)
    package var count: Int { Int(elements) }
    @inline(__always)
    package var isEmpty: Bool { elements == 0 }
    /// Bytes of the listpack, header and end included.
    @inline(__always)
    package var byteCount: Int { Int(UInt32(littleEndian: base.load(as: UInt32.self))) }
    /// Bytes of memory that it holds.
    package var memoryBytes: Int { Int(capacity) + MemoryBlock.overhead }
    /// Lends the whole listpack, as RDB files hold it, until the next change.
    package var bytes: Bytes { Bytes(base, byteCount) }

    /// Whether `added` bytes more leave it below the largest size that it may have.
    @inline(__always)
    package func hasRoom(for added: Int) -> Bool { byteCount + added <= ListpackFormat.maxSize }

    /// Bytes by which an element makes a listpack longer.
    @inline(__always)
    package static func entrySize(of element: Bytes) -> Int {
        let size = element.integer.map(ListpackFormat.size(of:)) ?? ListpackFormat.size(ofString: element.count)
        return size + ListpackFormat.trailerSize(size)
    }

    // MARK: Walking

    @inline(__always)
    package var first: Int? { elements == 0 ? nil : ListpackFormat.headerSize }
    package var last: Int? { previous(before: end) }
    /// The position behind the last entry: where `insert` appends.
    @inline(__always)
    package var end: Int { byteCount - 1 }

    @inline(__always)
    package func next(after position: Int) -> Int? {
        let next = position + wholeSize(at: position)
        return base.load(fromByteOffset: next, as: UInt8.self) == ListpackFormat.end ? nil : next
    }

    /// - Parameter position: of an entry, or `end`.
    @inline(__always)
    package func previous(before position: Int) -> Int? {
        if position == ListpackFormat.headerSize { return nil }
        var size = 0
        var shift = 0
        var at = position
        while true {
            at -= 1
            let byte = base.load(fromByteOffset: at, as: UInt8.self)
            size |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { break }
            shift += 7
        }
        return at - size
    }

    /// The position of element `index`, counted from the end when negative (-1 is the last); nil if there is none.
    /// Walks from the nearer end.
    package func position(at index: Int) -> Int? {
        let index = index < 0 ? index + count : index
        guard index >= 0, index < count else { return nil }
        if index <= count / 2 {
            var position = ListpackFormat.headerSize
            for _ in 0..<index { position += wholeSize(at: position) }
            return position
        }
        var position = end
        for _ in 0..<(count - index) { position = previous(before: position)! }
        return position
    }

    @inline(__always)
    package subscript(position: Int) -> PackedValue { ListpackFormat.value(at: base + position) }

    /// The first entry at or behind `position` whose element is `element`. Between two that are compared, `skip` are
    /// passed over: 1 finds a field among pairs.
    package func find(_ element: Bytes, from position: Int? = nil, skip: Int = 0) -> Int? {
        guard elements > 0 else { return nil }
        var at = position ?? ListpackFormat.headerSize
        // The wanted integer is worked out when the first integer is met.
        var number: Int64?
        var isNumberKnown = false
        while true {
            switch self[at] {
            case .bytes(let bytes): if bytes == element { return at }
            case .integer(let value):
                if !isNumberKnown {
                    number = element.integer
                    isNumberKnown = true
                }
                if number == value { return at }
            }
            for _ in 0...skip {
                at += wholeSize(at: at)
                if base.load(fromByteOffset: at, as: UInt8.self) == ListpackFormat.end { return nil }
            }
        }
    }

    /// Calls `body` with each element, first to last, until it returns false.
    @inline(__always)
    package func forEach(_ body: (PackedValue) -> Bool) {
        var at = ListpackFormat.headerSize
        while base.load(fromByteOffset: at, as: UInt8.self) != ListpackFormat.end {
            if !body(self[at]) { return }
            at += wholeSize(at: at)
        }
    }

    /// Bytes of the entry at `position`, its trailer included.
    @inline(__always)
    func wholeSize(at position: Int) -> Int {
        let size = ListpackFormat.size(at: base + position)
        return size + ListpackFormat.trailerSize(size)
    }

    // MARK: Room

    @inline(__always)
    func setSize(_ size: Int) { base.storeBytes(of: UInt32(size).littleEndian, as: UInt32.self) }

    @inline(__always)
    mutating func setCount(_ count: Int) {
        elements = UInt32(count)
        let written = UInt16(min(count, ListpackFormat.unknownCount))
        base.storeBytes(of: written.littleEndian, toByteOffset: 4, as: UInt16.self)
    }

    /// Makes room for `size` bytes in all.
    @inline(__always)
    mutating func reserve(_ size: Int) {
        if size > Int(capacity) { resize(size <= 256 ? size : size + size / 8) }
    }

    @inline(never)
    private mutating func resize(_ size: Int) {
        precondition(size <= ListpackFormat.maxSize * 2, "a listpack larger than its format allows")
        let usable = MemoryBlock.usableSize(size)
        base = MemoryBlock.reallocate(base, to: usable)
        capacity = UInt32(usable)
    }

    /// Gives back memory once most of it is unused.
    @inline(__always)
    mutating func shrinkIfLoose() {
        let size = byteCount
        if Int(capacity) > 2 * size + 64 { resize(size) }
    }

    /// Gives back what is not in use: for a listpack that is not going to grow soon.
    package mutating func shrinkToFit() {
        let size = MemoryBlock.usableSize(byteCount)
        if size < Int(capacity) { resize(size) }
    }
}
