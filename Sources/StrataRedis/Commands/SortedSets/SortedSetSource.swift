import StrataRESP

/// One input of a union, intersection or difference: a sorted set, a set whose members all score 1, or no key.
struct SortedSetSource {
    enum Aggregate {
        case sum, min, max

        /// Infinities of either sign make 0.
        func callAsFunction(_ a: Double, _ b: Double) -> Double {
            switch self {
            case .sum: (a + b).isNaN ? 0 : a + b
            case .min: Swift.min(a, b)
            case .max: Swift.max(a, b)
            }
        }
    }

    private let sorted: SortedSetValue?
    private let plain: SetValue?
    var weight = 1.0

    init(_ database: Database, _ key: Bytes) throws(RedisError) {
        switch database.read(key)?.collection {
        case let value as SortedSetValue:
            sorted = value
            plain = nil
        case let value as SetValue:
            sorted = nil
            plain = value
        case .some: throw .wrongType
        case nil:
            // A string is no collection.
            if database.read(key, [.noTouch, .noStatistics]) != nil { throw .wrongType }
            sorted = nil
            plain = nil
        }
    }

    var count: Int { sorted?.count ?? plain?.count ?? 0 }

    private func isSame(_ other: SortedSetSource) -> Bool {
        sorted != nil ? sorted === other.sorted : plain != nil && plain === other.plain
    }

    /// Zero times infinity counts as zero.
    @inline(__always)
    private func weighted(_ score: Double) -> Double {
        let product = weight * score
        return product.isNaN ? 0 : product
    }

    private func forEach(_ body: (PackedValue, _ weighted: Double) -> Bool) {
        sorted?.forEach { body($0, weighted($1)) }
        plain?.forEach { body($0, weighted(1)) }
    }

    private func weightedScore(of member: Bytes) -> Double? {
        if let sorted { return sorted.score(of: member).map(weighted) }
        return plain?.contains(member) == true ? weighted(1) : nil
    }

    static func unite(_ sources: [SortedSetSource], _ aggregate: Aggregate, into result: SortedSetValue) {
        let limits = EncodingLimits()
        for source in sources {
            source.forEach { member, score in
                member.withBytes { member in
                    let sum = result.score(of: member).map { aggregate($0, score) } ?? score
                    result.set(member, to: sum, limits: limits)
                }
                return true
            }
        }
    }

    static func intersect(_ sources: [SortedSetSource], _ aggregate: Aggregate, into result: SortedSetValue) {
        let limits = EncodingLimits()
        forEachCommon(sources, aggregate) { member, score in
            result.set(member, to: score, limits: limits)
            return true
        }
    }

    /// - Parameter limit: where counting stops; 0 for none.
    static func commonCount(_ sources: [SortedSetSource], limit: Int) -> Int {
        var count = 0
        forEachCommon(sources, .sum) { _, _ in
            count += 1
            return count != limit
        }
        return count
    }

    private static func forEachCommon(
        _ sources: [SortedSetSource], _ aggregate: Aggregate, _ body: (Bytes, Double) -> Bool
    ) {
        guard let first = sources.first, first.count > 0 else { return }
        first.forEach { member, weighted in
            member.withBytes { member in
                var score = weighted
                for other in sources.dropFirst() {
                    guard let more = other.weightedScore(of: member) else { return true }
                    score = aggregate(score, more)
                }
                return body(member, score)
            }
        }
    }

    static func subtract(_ sources: [SortedSetSource], into result: SortedSetValue) {
        guard let first = sources.first else { return }
        let others = sources.dropFirst()
        if others.contains(where: { first.isSame($0) }) { return }
        let limits = EncodingLimits()
        first.forEach { member, score in
            member.withBytes { member in
                if !others.contains(where: { $0.weightedScore(of: member) != nil }) {
                    result.set(member, to: score, limits: limits)
                }
            }
            return true
        }
    }
}
