/// `series.csv`: operations and latency over the time of a run, the median over its rounds.
struct RunSeries: Sendable {
    struct Bin: Sendable {
        /// Seconds from the start of the clients, warm-up included.
        var end: Double
        /// ops/s, us.
        var rate: Double
        var p99: Double?
    }

    /// By cell id; bins in order of time.
    var cells: [String: [Bin]] = [:]

    init(table: CSVTable, file: String) throws(ReportError) {
        func need(_ name: String) throws(ReportError) -> Int {
            guard let index = table.column(name) else {
                throw ReportError(file: file, line: 1, reason: "no column \(name)")
            }
            return index
        }
        let (cell, time, operations, p99) = (
            try need("cell_id"), try need("t_ms"), try need("ops"), try need("p99_us")
        )
        let role = table.column("role")
        var gathered: [String: [Double: (operations: [Double], p99: [Double])]] = [:]
        for (index, row) in table.rows.enumerated() where role.map({ row[$0] != "control" }) ?? true {
            guard let end = Double(row[time]), let count = Double(row[operations]), end.isFinite, count.isFinite else {
                throw ReportError(file: file, line: index + 2, reason: "t_ms or ops is no number")
            }
            var bin = gathered[row[cell]]?[end] ?? ([], [])
            bin.operations.append(count)
            // Empty, or not a number, where no operation ended.
            if let value = Double(row[p99]), value.isFinite { bin.p99.append(value) }
            gathered[row[cell], default: [:]][end] = bin
        }
        for (id, bins) in gathered {
            let ends = bins.keys.sorted()
            let width = zip(ends, ends.dropFirst()).map { $1 - $0 }.min() ?? ends.first ?? 0
            guard width > 0 else { continue }
            // The end of the run cuts the last bin short: its rate would look like a collapse.
            cells[id] = (ends.count > 2 ? ends.dropLast() : ends[...]).compactMap { end in
                guard let bin = bins[end], let middle = OrderStatistics.median(bin.operations) else { return nil }
                return Bin(end: end / 1000, rate: middle / width * 1000, p99: OrderStatistics.median(bin.p99))
            }
        }
    }
}
