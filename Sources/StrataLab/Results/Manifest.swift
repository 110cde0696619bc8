import Foundation

/// `manifest.json`: how a run was made. Written at its start, and again when it ends.
package struct Manifest: Codable, Sendable, Hashable {
    package struct System: Codable, Sendable, Hashable {
        package var name: String
        package var version: String
        package var settings: [String: String]
    }

    package struct Corpus: Codable, Sendable, Hashable {
        package var name: String
        package var bytes: Int
        package var crc32c: String
    }

    package var runID: String
    package var experiment: String
    package var title: String
    package var question: String
    package var measure: String
    /// Decides the order of cells and the workload.
    package var seed: UInt64
    package var rounds: Int
    package var seconds: Double
    package var warmupSeconds: Double
    package var isQuick: Bool
    /// `--set` arguments, in order.
    package var overrides: [String]
    /// Where the systems kept their data.
    package var dataDirectory: String
    /// Of the text of experiment.toml.
    package var configCRC32C: String
    /// Dial -> values.
    package var axes: [String: [String]]
    package var cells: Int
    package var plots: [PlotSpecification]
    /// Column -> value.
    package var baseline: [String: String]
    package var commit: String?
    package var isDirty: Bool?
    package var argv: [String]
    package var started: String
    /// Nil while it runs, or after an interruption.
    package var ended: String?
    /// Times at which it was taken up again.
    package var resumed: [String]
    package var kernel: String
    package var machine: Facts
    package var fileSystem: Facts
    package var device: Facts
    package var versions: Facts
    package var limits: Facts
    package var pressureAtStart: Facts
    package var syncBaseline: Facts
    package var systems: [System]
    package var datasets: [Corpus]
    /// Libraries to measure that this build has; nil in runs of versions that had none to choose from.
    package var traits: [String]?

    private enum CodingKeys: String, CodingKey {
        case experiment, title, question, measure, seed, rounds, seconds, overrides, axes, cells, plots, baseline,
            commit,
            argv, started, ended, resumed, kernel, machine, device, versions, limits, systems, datasets, traits
        case runID = "run_id"
        case warmupSeconds = "warmup_seconds"
        case isQuick = "quick"
        case dataDirectory = "data_directory"
        case configCRC32C = "config_crc32c"
        case isDirty = "dirty"
        case fileSystem = "filesystem"
        case pressureAtStart = "pressure_at_start"
        case syncBaseline = "sync_baseline_ops_per_s"
    }
}

extension Manifest {
    /// JSON with sorted keys, so that two manifests can be compared line by line.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    package init(json: Data) throws { self = try JSONDecoder().decode(Manifest.self, from: json) }
}
