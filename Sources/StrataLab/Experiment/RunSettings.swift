/// `[run]`: how long and how often. The `quick_` keys replace their namesakes under `--quick`.
package struct RunSettings: Sendable, Hashable, Codable {
    /// Times every cell is measured, in rounds over the whole matrix.
    package var rounds = 5
    /// Measured time of a throughput cell, after the warm-up.
    package var seconds = 5.0
    package var warmupSeconds = 1.0
    /// Nil draws one, which the manifest records.
    package var seed: UInt64?

    package init() {}
}
