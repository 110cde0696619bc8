/// What one cell of an experiment does.
package enum Measure: String, Hashable, Sendable, CaseIterable {
    /// Clients write for a fixed time.
    case throughput
    /// A log is written, the system killed and recovered.
    case recovery
    /// Power cuts on a simulated disk, with an audit of what was acknowledged.
    case durability

    /// Axes that change nothing here are refused in experiments and stay empty in results.
    package func uses(_ axis: Axis) -> Bool {
        switch axis {
        case .system, .syncPolicy, .syncMethod, .codec, .blockBytes, .segmentBytes, .preallocation, .valueSource,
            .valueBytes:
            true
        case .clients, .outstanding, .arrival, .retainedBytes: self == .throughput
        case .logBytes, .threads, .cache: self == .recovery
        case .deviceModel, .crashPoints: self == .durability
        }
    }
}
