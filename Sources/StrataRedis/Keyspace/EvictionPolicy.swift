/// What is evicted where `maxmemory` is reached (`maxmemory-policy`). All choose among samples, not among all keys.
package enum EvictionPolicy: String, Sendable, CaseIterable {
    /// Nothing: commands that may use more memory are refused.
    case noEviction = "noeviction"
    case allKeysLRU = "allkeys-lru"
    case volatileLRU = "volatile-lru"
    case allKeysLFU = "allkeys-lfu"
    case volatileLFU = "volatile-lfu"
    case allKeysRandom = "allkeys-random"
    case volatileRandom = "volatile-random"
    /// What expires soonest.
    case volatileTTL = "volatile-ttl"

    /// Only keys with an expiry go.
    package var isVolatile: Bool {
        switch self {
        case .volatileLRU, .volatileLFU, .volatileRandom, .volatileTTL: true
        default: false
        }
    }

    package var isLFU: Bool { self == .allKeysLFU || self == .volatileLFU }
    var isRandom: Bool { self == .allKeysRandom || self == .volatileRandom }
}
