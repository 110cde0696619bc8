/// What else happened on the machine during a cell. Never used to leave a row out, only to mark it.
package struct NoiseSample: Sendable, Hashable {
    /// Share of processor time, of all processors, that the hypervisor gave to others.
    package var stealShare = 0.0
    /// Share of processor time, of all processors, that other processes used.
    package var otherShare = 0.0
    /// Share of wall time in which some task waited for a processor, and for I/O; ours are among them, so these are
    /// recorded and not judged.
    package var processorStall = 0.0
    package var inputOutputStall = 0.0
    /// Runnable tasks, one-minute average, at the start.
    package var load = 0.0

    /// Above either, a cell is marked noisy: 2 % stolen is one tick in fifty, and 10 % used by others moves a
    /// throughput on two cores by about as much as the effects that are looked for.
    package static let stealThreshold = 0.02
    package static let otherThreshold = 0.10

    package var isNoisy: Bool { stealShare > Self.stealThreshold || otherShare > Self.otherThreshold }

    package var reason: String {
        var parts: [String] = []
        func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
        if stealShare > Self.stealThreshold { parts.append("steal \(percent(stealShare))") }
        if otherShare > Self.otherThreshold { parts.append("other processes \(percent(otherShare)) of the processors") }
        return parts.joined(separator: ", ")
    }
}
