import StrataRESP

/// Members with a score each, in the order of (score, member). Up to the limits a listpack of members and scores in
/// that order, the very bytes of RDB; above them a `RankedIndex`. It never goes back, as in Redis.
package final class SortedSetValue: CollectionValue {
    /// Empty while `large` is there.
    private var packed = Listpack()
    private(set) var large: RankedIndex?

    /// - Parameter isLarge: begin in the large form.
    package init(isLarge: Bool = false) {
        if isLarge { large = RankedIndex() }
        super.init()
    }

    /// Takes a listpack of members and scores in order; see `isValid`.
    package init(packed: consuming Listpack) {
        self.packed = packed
        super.init()
    }

    /// The form that Redis begins a sorted set with whose first member has `size` bytes.
    package convenience init(firstMemberSize size: Int, limits: EncodingLimits) {
        self.init(isLarge: limits.zsetMaxListpackEntries == 0 || size > limits.zsetMaxListpackValue)
    }

    package override var type: ValueType { .sortedSet }
    package override var encoding: ValueEncoding { large == nil ? .listpack : .skiplist }
    package override var count: Int { large?.count ?? packed.count / 2 }
    package override var memoryBytes: Int { 48 + packed.memoryBytes + (large?.memoryBytes ?? 0) }

    /// The listpack, lent, while the set has that form.
    package var packedBytes: Bytes? { large == nil ? packed.bytes : nil }

    /// Whether `listpack` from outside is one of members that differ, and numbers in order.
    package static func isValid(_ listpack: borrowing Listpack) -> Bool {
        guard listpack.count > 0, listpack.count % 2 == 0 else { return false }
        guard !listpack.hasDuplicates(step: 2) else { return false }
        var index = 0
        var isValid = true
        listpack.forEach { value in
            if index % 2 == 1 {
                if case .bytes(let bytes) = value, bytes.double == nil { isValid = false }
            }
            index += 1
            return isValid
        }
        return isValid
    }

    package override func copy() -> CollectionValue {
        guard let large else { return SortedSetValue(packed: packed.copy()) }
        let copy = SortedSetValue(isLarge: true)
        var rest = large.count
        if rest == 0 { return copy }
        var position = large.order.position(ofRank: 0)
        while rest > 0 {
            copy.large?.insert(RankedBlob.member(of: position.blob), score: position.score)
            rest -= 1
            if rest > 0 { position.advance() }
        }
        return copy
    }

    // MARK: One member

    @inline(__always)
    private static func score(_ value: PackedValue) -> Double {
        switch value {
        case .integer(let integer): Double(integer)
        case .bytes(let bytes): bytes.double ?? 0
        }
    }

    /// The score behind the member at `position`.
    @inline(__always)
    private func packedScore(ofMemberAt position: Int) -> Double {
        guard let next = packed.next(after: position) else { preconditionFailure("a member without a score") }
        return Self.score(packed[next])
    }

    package func score(of member: Bytes) -> Double? {
        if let large { return large.find(member).map(RankedBlob.score) }
        return packed.find(member, skip: 1).map(packedScore)
    }

    package enum Outcome {
        case added, changed, same
    }

    /// Adds a member or gives it another score, which is no NaN.
    @discardableResult
    package func set(_ member: Bytes, to score: Double, limits: EncodingLimits) -> Outcome {
        if let large {
            guard let blob = large.find(member) else {
                large.insert(member, score: score)
                return .added
            }
            if RankedBlob.score(of: blob) == score { return .same }
            large.setScore(score, of: blob)
            return .changed
        }
        if let position = packed.find(member, skip: 1) {
            if packedScore(ofMemberAt: position) == score { return .same }
            packed.remove(at: position, count: 2)
            insertPacked(member, score)
            return .changed
        }
        if count + 1 > limits.zsetMaxListpackEntries || member.count > limits.zsetMaxListpackValue
            || !packed.hasRoom(for: member.count + 64)
        {
            makeLarge()
            large?.insert(member, score: score)
        } else {
            insertPacked(member, score)
        }
        return .added
    }

    private func insertPacked(_ member: Bytes, _ score: Double) {
        var place = packed.end
        var position = packed.first
        while let at = position {
            let own = packedScore(ofMemberAt: at)
            if own > score || own == score && packed[at].withBytes({ $0.compare(member) }) > 0 {
                place = at
                break
            }
            position = packed.next(after: at).flatMap { packed.next(after: $0) }
        }
        packed.insert(member, at: place)
        let behind = place + packed.wholeSize(at: place)
        if let integer = Self.integer(of: score) {
            packed.insert(integer, at: behind)
        } else {
            ScoreText.withBytes(of: score) { packed.insert($0, at: behind) }
        }
    }

    /// The form of whole scores in a listpack: up to 2^62, and a negative zero loses its sign, as in Redis 7.0.
    @inline(__always)
    static func integer(of score: Double) -> Int64? {
        abs(score) <= 0x1p62 && score == score.rounded(.towardZero) ? Int64(score) : nil
    }

    package func remove(_ member: Bytes) -> Bool {
        if let large {
            guard let blob = large.find(member) else { return false }
            large.remove(blob)
            return true
        }
        guard let position = packed.find(member, skip: 1) else { return false }
        packed.remove(at: position, count: 2)
        return true
    }

    // MARK: Encodings

    package func makeLarge() {
        if large != nil { return }
        let index = RankedIndex()
        forEach { member, score in
            member.withBytes { index.insert($0, score: score) }
            return true
        }
        large = index
        packed = Listpack()
    }

    /// Makes a large one small that the limits allow to be: for results, whose size is known at their end alone.
    package func makePackedIfFits(_ limits: EncodingLimits) {
        guard let large, count <= limits.zsetMaxListpackEntries else { return }
        var isShort = true
        large.members.forEach { blob in
            isShort = RankedBlob.member(of: blob).count <= limits.zsetMaxListpackValue
            return isShort
        }
        if !isShort { return }
        var small = Listpack()
        forEach { member, score in
            member.withBytes { small.append($0) }
            if let integer = Self.integer(of: score) {
                small.append(integer)
            } else {
                ScoreText.withBytes(of: score) { small.append($0) }
            }
            return true
        }
        self.large = nil
        packed = small
    }

    /// Makes it large if it exceeds the limits: after loading.
    package func makeLargeIfNeeded(_ limits: EncodingLimits) {
        guard large == nil else { return }
        var isLong = count > limits.zsetMaxListpackEntries
        if !isLong {
            forEach { member, _ in
                isLong = member.count > limits.zsetMaxListpackValue
                return !isLong
            }
        }
        if isLong { makeLarge() }
    }
}

extension SortedSetValue {
    // MARK: Walking

    /// Members of `ranks`, or of the whole set, until `body` answers false. Rank 0 has the lowest score; descending
    /// walks from the highest rank down. What is lent is good until the next change.
    @inline(__always)
    package func forEach(
        ranks: Range<Int>? = nil, descending: Bool = false, _ body: (PackedValue, Double) -> Bool
    ) {
        let ranks = ranks ?? 0..<count
        var rest = ranks.count
        if rest == 0 { return }
        if let large {
            var position = large.order.position(ofRank: descending ? ranks.upperBound - 1 : ranks.lowerBound)
            while body(.bytes(RankedBlob.member(of: position.blob)), position.score) {
                rest -= 1
                if rest == 0 { return }
                if descending { position.retreat() } else { position.advance() }
            }
            return
        }
        guard var at = packed.position(at: 2 * (descending ? ranks.upperBound - 1 : ranks.lowerBound)) else { return }
        while body(packed[at], packedScore(ofMemberAt: at)) {
            rest -= 1
            if rest == 0 { return }
            let next =
                descending
                ? packed.previous(before: at).flatMap { packed.previous(before: $0) }
                : packed.next(after: at).flatMap { packed.next(after: $0) }
            guard let next else { return }
            at = next
        }
    }

    /// From 0 at the lowest score.
    package func rank(of member: Bytes) -> Int? {
        if let large {
            guard let blob = large.find(member) else { return nil }
            return large.order.rank(of: member, score: RankedBlob.score(of: blob))
        }
        var rank = 0
        var found = false
        forEach { other, _ in
            found = other.isEqual(to: member)
            if !found { rank += 1 }
            return !found
        }
        return found ? rank : nil
    }

    package func ranks(of range: ScoreRange) -> Range<Int> {
        if range.min > range.max { return 0..<0 }
        if let large {
            let first = large.order.rank { score, _ in range.isReached(score) }
            let end = large.order.rank { score, _ in range.isPassed(score) }
            return first..<max(first, end)
        }
        return packedRanks({ _, score in range.isReached(score) }, { _, score in range.isPassed(score) })
    }

    package func ranks(of range: LexRange) -> Range<Int> {
        if let large {
            let first = large.order.rank { _, blob in range.isReached(RankedBlob.member(of: blob)) }
            let end = large.order.rank { _, blob in range.isPassed(RankedBlob.member(of: blob)) }
            return first..<max(first, end)
        }
        return packedRanks(
            { member, _ in member.withBytes { range.isReached($0) } },
            { member, _ in member.withBytes { range.isPassed($0) } })
    }

    @inline(__always)
    private func packedRanks(
        _ isReached: (PackedValue, Double) -> Bool, _ isPassed: (PackedValue, Double) -> Bool
    ) -> Range<Int> {
        var rank = 0
        var first: Int?
        forEach { member, score in
            if first == nil, isReached(member, score) { first = rank }
            if first != nil, isPassed(member, score) { return false }
            rank += 1
            return true
        }
        guard let first else { return 0..<0 }
        return first..<rank
    }

    /// Takes out the members of `ranks`, which exist.
    package func remove(ranks: Range<Int>) {
        guard let large else {
            packed.removeElements(2 * ranks.lowerBound..<2 * ranks.upperBound)
            return
        }
        for _ in ranks { large.remove(large.order.position(ofRank: ranks.lowerBound).blob) }
    }

    /// Calls `body` for members from the cursor on; see `HashIndex.scan`. A small set is given whole.
    package func scan(cursor: UInt64, count: Int, _ body: (PackedValue, Double) -> Void) -> UInt64 {
        guard let large else {
            forEach { member, score in
                body(member, score)
                return true
            }
            return 0
        }
        return large.members.scan(cursor: cursor, count: count) { blob in
            body(.bytes(RankedBlob.member(of: blob)), RankedBlob.score(of: blob))
        }
    }
}

extension SortedSetValue {
    /// Bytes of the large form's order alone.
    package var orderBytes: Int { large?.order.memoryBytes ?? 0 }

    /// Walks all of the large form. For tests.
    package func checkInvariants() {
        guard let large else { return }
        large.order.checkInvariants()
        precondition(large.members.count == large.order.count, "members and order differ in number")
    }
}
