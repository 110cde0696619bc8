import Glibc

/// The words of one request: the command's name and what follows it.
///
/// Either lent, by the parser, out of the receive buffer until the next request is parsed, or its own (`append`,
/// `copy`). One object serves all
/// requests of an executor: its arrays are used again.
package final class Arguments {
    @exclusivity(unchecked) package private(set) var count = 0
    /// Where each word lies, from `base`.
    @exclusivity(unchecked) private var places: UnsafeMutablePointer<Place>
    @exclusivity(unchecked) private var placeCapacity: Int
    /// The request's first byte, or the first of `owned`.
    @exclusivity(unchecked) private var base: UnsafeRawPointer
    @exclusivity(unchecked) private var owned: UnsafeMutableRawPointer?
    @exclusivity(unchecked) private var ownedCapacity = 0
    @exclusivity(unchecked) private var ownedCount = 0

    private struct Place {
        var offset: Int
        var count: Int
    }

    package init() {
        placeCapacity = 16
        places = .allocate(capacity: placeCapacity)
        base = UnsafeRawPointer(places)
    }

    /// Words of its own.
    package convenience init(_ words: [[UInt8]]) {
        self.init()
        for word in words { word.withLent { append($0) } }
    }

    package convenience init(_ words: [String]) { self.init(words.map { Array($0.utf8) }) }

    deinit {
        places.deallocate()
        owned?.deallocate()
    }

    @inline(__always)
    package subscript(index: Int) -> Bytes {
        precondition(index >= 0 && index < count, "an argument that is not there")
        let place = places[index]
        return Bytes(base + place.offset, place.count)
    }

    /// Bytes of all words.
    package var size: Int { (0..<count).reduce(0) { $0 + places[$1].count } }

    /// The same words, its own: for a queue of MULTI.
    package convenience init(copying other: Arguments) {
        self.init()
        reserve(other.size)
        for index in 0..<other.count { append(other[index]) }
    }

    package func copy() -> Arguments { Arguments(copying: self) }

    package var words: [[UInt8]] { (0..<count).map { self[$0].copy() } }

    /// No words; room for as many as before, unless that was a great many.
    package func removeAll() {
        count = 0
        ownedCount = 0
        if placeCapacity > Self.keptPlaces {
            places.deallocate()
            placeCapacity = Self.keptPlaces
            places = .allocate(capacity: placeCapacity)
        }
        if ownedCapacity > Self.keptBytes {
            owned?.deallocate()
            owned = nil
            ownedCapacity = 0
        }
        base = UnsafeRawPointer(owned ?? UnsafeMutableRawPointer(places))
    }

    // A request larger than these is rare; its memory is given back. 1,024 words are 16 KiB.
    private static let keptPlaces = 1_024
    private static let keptBytes = 64 << 10

    // MARK: Its own words

    /// One more word, copied. Not for arguments that a parser lent.
    package func append(_ word: Bytes) {
        reserve(word.count)
        guard let owned else { preconditionFailure("words of its own without room for them") }
        memcpy(owned + ownedCount, word.start, word.count)
        addPlace(ownedCount, word.count)
        ownedCount += word.count
    }

    /// Begins a word that `put` fills.
    func beginWord() {
        reserve(1)
        addPlace(ownedCount, 0)
    }

    func put(_ byte: UInt8) {
        reserve(1)
        guard let owned else { preconditionFailure("words of its own without room for them") }
        owned.storeBytes(of: byte, toByteOffset: ownedCount, as: UInt8.self)
        ownedCount += 1
        places[count - 1].count += 1
    }

    private func reserve(_ size: Int) {
        if owned == nil || ownedCapacity - ownedCount < size {
            ownedCapacity = max(2 * ownedCapacity, ownedCount + size, 64)
            let larger = UnsafeMutableRawPointer.allocate(byteCount: ownedCapacity, alignment: 16)
            if let owned {
                larger.copyMemory(from: owned, byteCount: ownedCount)
                owned.deallocate()
            }
            owned = larger
        }
        base = UnsafeRawPointer(owned ?? UnsafeMutableRawPointer(places))
    }

    // MARK: Lent words

    /// A word of the request, by its distance from the request's first byte.
    @inline(__always)
    func addPlace(_ offset: Int, _ size: Int) {
        if count == placeCapacity { growPlaces() }
        places[count] = Place(offset: offset, count: size)
        count += 1
    }

    /// The request is whole, and begins here.
    @inline(__always)
    func lend(from base: UnsafeRawPointer) { self.base = base }

    @inline(never)
    private func growPlaces() {
        let larger = UnsafeMutablePointer<Place>.allocate(capacity: 2 * placeCapacity)
        larger.update(from: places, count: count)
        places.deallocate()
        places = larger
        placeCapacity *= 2
    }
}
