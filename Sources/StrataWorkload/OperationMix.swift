/// Which operations a workload is made of. `ycsb-a` to `ycsb-f` are the core workloads of YCSB (Cooper et al., SoCC 2010),
/// with the shares and distributions of its workload files; their insert order is YCSB's default, hashed.
package enum OperationMix: String, Hashable, Sendable, CaseIterable {
    /// Updates of loaded keys; where nothing is loaded, inserts.
    case write
    case read
    case insert
    /// Update heavy: half reads, half updates.
    case ycsbA = "ycsb-a"
    /// Read mostly: 95 % reads, 5 % updates.
    case ycsbB = "ycsb-b"
    /// Read only.
    case ycsbC = "ycsb-c"
    /// Read latest: 95 % reads of keys that are mostly new, 5 % inserts.
    case ycsbD = "ycsb-d"
    /// Short ranges: 95 % scans of 1 to 100 records, 5 % inserts.
    case ycsbE = "ycsb-e"
    /// Half reads, half read-modify-writes.
    case ycsbF = "ycsb-f"

    /// Longest scan, in records; lengths are uniform from 1.
    package static let longestScan = 100

    /// Kinds with their shares, which add up to 1.
    package var shares: [(kind: OperationKind, share: Double)] {
        switch self {
        case .write: [(.update, 1)]
        case .read, .ycsbC: [(.read, 1)]
        case .insert: [(.insert, 1)]
        case .ycsbA: [(.read, 0.5), (.update, 0.5)]
        case .ycsbB: [(.read, 0.95), (.update, 0.05)]
        case .ycsbD: [(.read, 0.95), (.insert, 0.05)]
        case .ycsbE: [(.scan, 0.95), (.insert, 0.05)]
        case .ycsbF: [(.read, 0.5), (.readModifyWrite, 0.5)]
        }
    }

    /// Which keys are chosen where the workload is not told otherwise.
    package var keys: KeyDistribution {
        switch self {
        case .write, .read, .insert: .uniform
        case .ycsbD: .latest(theta: KeyDistribution.defaultTheta)
        case .ycsbA, .ycsbB, .ycsbC, .ycsbE, .ycsbF:
            .zipfian(theta: KeyDistribution.defaultTheta, scrambled: true)
        }
    }

    /// Whether there is something to read only once keys are loaded.
    package var needsRecords: Bool { shares.contains { !$0.kind.writes || $0.kind == .readModifyWrite } }
}
