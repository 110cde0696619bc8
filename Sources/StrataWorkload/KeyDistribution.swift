/// Which keys of a set of `n` are chosen, and how often. Keys are the numbers 0..<n.
///
/// Text form, both ways: "sequential", "uniform", "zipfian:0.99", "zipfian:0.99:ranked", "latest:0.99", "hotspot:0.2:0.8".
/// A missing number takes its default, which is YCSB's (Cooper et al., SoCC 2010).
package enum KeyDistribution: Hashable, Sendable {
    /// Every key in turn; clients that share a key set take every k-th each.
    case sequential
    case uniform
    /// Popularity falls as rank to the power of -`theta`. `scrambled` spreads popular keys over the whole key set by hash,
    /// as YCSB does; otherwise ("ranked") key 0 is the most popular, key 1 the second.
    case zipfian(theta: Double, scrambled: Bool)
    /// As ranked zipfian, counted back from the newest key, so that the popular keys follow a growing set.
    case latest(theta: Double)
    /// The first `keys` (a fraction) of the key set take `operations` (a fraction) of the choices, the rest take what is left;
    /// uniform within either part.
    case hotspot(keys: Double, operations: Double)

    /// YCSB's zipfian constant.
    package static let defaultTheta = 0.99
    package static let allowed =
        "sequential, uniform, zipfian[:THETA[:ranked]] (0 < THETA < 1, usual 0.99), latest[:THETA] or "
        + "hotspot[:KEYS:OPERATIONS] (fractions, 0 < KEYS < 1, 0 <= OPERATIONS <= 1, usual 0.2:0.8)"

    package init(parsing text: String) throws(WorkloadError) {
        let error = WorkloadError(field: "key distribution", found: text, expected: Self.allowed)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        func fraction(_ index: Int, default value: Double) throws(WorkloadError) -> Double {
            guard index < parts.count else { return value }
            guard let value = Double(parts[index]), value.isFinite else { throw error }
            return value
        }
        switch (parts[0], parts.count) {
        case ("sequential", 1): self = .sequential
        case ("uniform", 1): self = .uniform
        case ("zipfian", 1...3):
            if parts.count == 3, parts[2] != "ranked" { throw error }
            self = .zipfian(theta: try fraction(1, default: Self.defaultTheta), scrambled: parts.count < 3)
        case ("latest", 1...2): self = .latest(theta: try fraction(1, default: Self.defaultTheta))
        case ("hotspot", 1), ("hotspot", 3):
            self = .hotspot(keys: try fraction(1, default: 0.2), operations: try fraction(2, default: 0.8))
        default: throw error
        }
        guard isValid else { throw error }
    }

    /// Whether the numbers are in the range for which the distribution is defined.
    package var isValid: Bool {
        switch self {
        case .sequential, .uniform: true
        case .zipfian(let theta, _), .latest(let theta): theta > 0 && theta < 1
        case .hotspot(let keys, let operations): keys > 0 && keys < 1 && operations >= 0 && operations <= 1
        }
    }
}

extension KeyDistribution: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sequential: "sequential"
        case .uniform: "uniform"
        case .zipfian(let theta, let scrambled): "zipfian:\(theta)" + (scrambled ? "" : ":ranked")
        case .latest(let theta): "latest:\(theta)"
        case .hotspot(let keys, let operations): "hotspot:\(keys):\(operations)"
        }
    }
}
