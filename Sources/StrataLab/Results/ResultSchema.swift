/// The files of one run directory, and the columns of `results.csv`. Writer, reader, report and comparison take them
/// from here alone.
///
///     runs/<experiment>-<UTC time>/
///       manifest.json     how the run was made: commit, command, machine, file system, device, versions, seeds
///       experiment.toml   the experiment, as it was
///       baseline.csv      what each sync method does in the data directory, before the first cell
///       results.csv       every measurement: one row per (cell, round, phase, metric, stat)
///       series.csv        operations and latency in bins of 100 ms
///       noise.csv         what else the machine did during each cell
///       hist/             <cell_id>_r<round>_<phase>_<metric>[_control].hgrm: latency by percentile, us
///       summary.csv, plots/, report.html     made from the above, and made again at will
///
/// `results.csv` is RFC 4180 in UTF-8, but for lines that end in LF alone (pandas, R, DuckDB and gnuplot read them):
/// one header, `.` decimals, empty = missing or without meaning here, no line breaks inside fields.
///
/// 1. Rows are only ever appended, and all rows of one (round, cell, role) in one write, followed by fdatasync.
/// 2. Such a set ends with a row of metric `elapsed`; or it is one row of status `unsupported` or `failed`, with no
///    metric and the reason in `note`. A set without its end is the mark of an interruption; a resumed run cuts it off.
/// 3. No row is left out for being noisy, slow or odd: `noisy`, `status` and `note` say so.
/// 4. Columns of dials come and go with versions. A file without one holds that dial at its default, as all runs of its
///    time did; a run goes on only in a file with the columns of this version.
package enum ResultSchema {
    package static let results = "results.csv"
    package static let series = "series.csv"
    package static let baseline = "baseline.csv"
    package static let noise = "noise.csv"
    package static let manifest = "manifest.json"
    package static let experiment = "experiment.toml"
    package static let histograms = "hist"

    /// In the order of the file. Dials are named as their axes; sizes are bytes.
    package enum Column: String, CaseIterable, Sendable {
        case runID = "run_id"
        case experiment
        case cellID = "cell_id"
        /// `measure`, `baseline` or `control`.
        case role
        /// From 1.
        case round
        /// Place in the shuffled order of the round, from 1.
        case order
        /// Of the workload: the same for every cell of a round, so that all of them write the same data.
        case seed
        case system
        case version
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
        /// `own`: the distribution that belongs to the mix.
        case keys
        case records
        case depth
        case memoryBytes = "memory_bytes"
        case bufferBytes = "buffer_bytes"
        case watchers
        case background
        /// Type of the file system below the data directory.
        case fs
        case deviceModel = "device_model"
        /// `run` for clients at work, and the kind of operation (`read`, `update`, `insert`, `scan`, `rmw`) for what is of one
        /// kind among several; the phases and `total` of a recovery; `load` for what was there before; what a durability
        /// probe names.
        case phase
        case metric
        /// `value`, or for distributions `mean`, `p50`, `p90`, `p99`, `p99.9`, `max`.
        case stat
        case value
        case unit
        /// Observations behind `value`.
        case n
        /// 1 where other work on the machine disturbed the cell, by the thresholds of `NoiseSample`.
        case noisy
        /// `ok`; `suspect` (the system does not account for every acknowledged operation); `unsupported`; `failed`.
        case status
        case note

        /// The dial that the column holds.
        package var axis: Axis? { Axis(rawValue: rawValue) }
    }

    package static let header = Column.allCases.map(\.rawValue)
    package static let seriesHeader = ["cell_id", "role", "round", "phase", "t_ms", "ops", "p50_us", "p99_us"]
    package static let baselineHeader = ["sync_method", "write_bytes", "ops_per_s", "us_per_op", "n", "status", "note"]

    package static let noiseHeader = [
        "cell_id", "role", "round", "steal_share", "other_share", "cpu_stall_share", "io_stall_share", "load_1m",
        "noisy",
    ]

    /// The name of one histogram below `histograms`.
    package static func histogramName(cell: String, round: Int, phase: String, metric: String, role: ResultRow.Role)
        -> String
    {
        "\(cell)_r\(round)_\(phase)_\(metric)\(role == .control ? "_control" : "").hgrm"
    }
}
