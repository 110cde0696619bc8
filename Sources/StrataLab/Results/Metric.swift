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
    /// From the first write of a batch to the start of its commit, mean over batches.
    package static let queueWait = "queue_wait"
    /// Writing and syncing of a batch, mean over batches.
    package static let commitTime = "commit_time"
    package static let unsent = "unsent"
    package static let steadyFrom = "steady_from"
    package static let recoveryTime = "recovery_time"
    package static let recoveryRate = "recovery_rate"
    package static let recoveryEntries = "recovery_entries"
    package static let logSize = "log_size"
    /// Acknowledged writes that recovery did not bring back as they were.
    package static let lostAcknowledged = "lost_acknowledged"
    /// Reads that found no value although the key had been loaded.
    package static let misses = "misses"
    package static let loadRate = "load_rate"
    /// Cells that were measured on the same loaded store before.
    package static let earlierUses = "earlier_uses"
    package static let storeSize = "store_size"
    package static let snapshots = "snapshots"
    package static let snapshotRate = "snapshot_rate"
    package static let snapshotSize = "snapshot_size"
    /// Events that watchers received.
    package static let events = "events"
    /// From the acknowledgement of a write to the event's arrival at one watcher; 0 where the event was first.
    package static let delivery = "delivery"
    /// From the start of a write to the event's arrival at one watcher.
    package static let eventLatency = "event_latency"
    package static let lagged = "lagged_watchers"
    /// Events that no watcher had received a while after the last write.
    package static let undelivered = "undelivered"
    /// Events that came so late that the time of their write was forgotten.
    package static let untimed = "untimed"
    /// Wall time of the whole cell. The last row of every measured cell, so it also says that the cell is complete.
    package static let elapsed = "elapsed"

    /// What rows of a measure may carry. A durability probe adds its own.
    package static func names(of measure: Measure) -> [String] {
        let clients = [
            throughput, dataRate, latency, service, cpuPerOperation, syncsPerOperation, writesPerOperation,
            bytesPerOperation, writeAmplification, compressionRatio, batchSize, queueWait, commitTime, unsent,
            steadyFrom, misses,
        ]
        let load = [loadRate, earlierUses, storeSize]
        return switch measure {
        case .throughput: clients + [snapshots, snapshotRate, snapshotSize] + load + [elapsed]
        case .fanout: clients + [events, delivery, eventLatency, lagged, undelivered, untimed] + load + [elapsed]
        case .recovery:
            [recoveryTime, recoveryRate, recoveryEntries, logSize, compressionRatio, lostAcknowledged] + load + [
                elapsed
            ]
        case .durability: [elapsed]
        }
    }
}
