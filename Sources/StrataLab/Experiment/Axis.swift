/// One dial of an experiment, named as in its file and as the column of `results.csv`.
package enum Axis: String, Hashable, Sendable, CaseIterable {
    case system
    case syncPolicy = "sync_policy"
    case syncMethod = "sync_method"
    case codec
    case blockBytes = "block_bytes"
    case segmentBytes = "segment_bytes"
    case retainedBytes = "retained_bytes"
    case preallocation
    case clients
    case outstanding
    case arrival
    case valueSource = "value_source"
    case valueBytes = "value_bytes"
    case logBytes = "log_bytes"
    case threads
    case cache
    case mix
    case keys
    case records
    case depth
    case memoryBytes = "memory_bytes"
    case bufferBytes = "buffer_bytes"
    case watchers
    case background
    case deviceModel = "device_model"
    case crashPoints = "crash_points"

    /// Whether values are bytes, and shown to people with a unit.
    package var isSize: Bool {
        switch self {
        case .blockBytes, .segmentBytes, .retainedBytes, .valueBytes, .logBytes, .memoryBytes, .bufferBytes: true
        default: false
        }
    }
}
