/// What one cell of an experiment does.
package enum Measure: String, Hashable, Sendable, CaseIterable {
    /// Clients work for a fixed time.
    case throughput
    /// A log is written, or the tail of one after a load; the system is killed and recovered.
    case recovery
    /// Clients write while watchers are told of it.
    case fanout
    /// Power cuts on a simulated disk, with an audit of what was acknowledged.
    case durability

    /// Axes that change nothing here are refused in experiments and stay empty in results.
    package func uses(_ axis: Axis) -> Bool {
        switch axis {
        case .system, .syncPolicy, .syncMethod, .codec, .blockBytes, .segmentBytes, .preallocation, .valueSource,
            .valueBytes:
            true
        case .clients, .outstanding, .arrival, .retainedBytes: self == .throughput || self == .fanout
        case .mix, .depth, .background: self == .throughput
        case .keys, .records, .memoryBytes, .bufferBytes: self != .durability
        case .logBytes, .threads, .cache: self == .recovery
        case .watchers: self == .fanout
        case .deviceModel, .crashPoints: self == .durability
        }
    }
}
