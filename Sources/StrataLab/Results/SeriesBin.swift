/// One bin of `series.csv`.
package struct SeriesBin: Hashable, Sendable {
    /// From the start of the clients, warm-up included.
    package var endMilliseconds: Int
    /// Operations that ended in the bin.
    package var operations: UInt64
    /// Within 13 %: bins keep coarse buckets. NaN where no operation ended.
    package var p50Microseconds: Double
    package var p99Microseconds: Double
}
