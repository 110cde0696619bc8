import StrataWorkload

/// Measures a durability cell: power cuts at `cell.crashPoints` places, with an audit of what was acknowledged before.
/// Comes from the crash lab; the runner knows no more of it.
package protocol DurabilityProbe: Sendable {
    /// Rows for `cell`, without `elapsed`. The same seed gives the same cuts. Throws `SystemUnsupported` for a cell
    /// that it cannot audit; ends early with `CancellationError` when `stop` is raised.
    func audit(_ cell: Cell, values: ValuePool, seed: UInt64, stop: StopFlag) throws -> CellFindings
}
