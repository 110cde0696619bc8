/// The metrics of `results.csv` with their units and what they are.
package enum Metric {
    package static let throughput = "throughput"
    package static let dataRate = "data_rate"
    package static let latency = "latency"
    package static let service = "service"
    package static let cpuPerOperation = "cpu_per_op"
    package static let syncsPerOperation = "syncs_per_op"
    package static let writesPerOperation = "writes_per_op"
    package static let bytesPerOperation = "bytes_per_op"
    package static let writeAmplification = "write_amplification"
    package static let compressionRatio = "compression_ratio"
    package static let batchSize = "batch_size"
    package static let unsent = "unsent"
    package static let steadyFrom = "steady_from"
    package static let recoveryTime = "recovery_time"
    package static let recoveryRate = "recovery_rate"
    package static let recoveryEntries = "recovery_entries"
    package static let logSize = "log_size"
    /// Wall time of the whole cell. The last row of every measured cell, so it also says that the cell is complete.
    package static let elapsed = "elapsed"

    /// What rows of a measure may carry. A durability probe adds its own.
    package static func names(of measure: Measure) -> [String] {
        switch measure {
        case .throughput:
            [
                throughput, dataRate, latency, service, cpuPerOperation, syncsPerOperation, writesPerOperation,
                bytesPerOperation, writeAmplification, compressionRatio, batchSize, unsent, steadyFrom, elapsed,
            ]
        case .recovery: [recoveryTime, recoveryRate, recoveryEntries, logSize, compressionRatio, elapsed]
        case .durability: [elapsed]
        }
    }
}
