extension Summary {
    /// `summary.csv`. Noisy share is 0...1; an empty field is a missing value; ratios are dimensionless.
    package var table: CSVTable {
        var table = CSVTable(
            header: ["experiment", "cell_id"] + identityColumns + [
                "phase", "metric", "stat", "median", "ci_lo", "ci_hi", "n", "unit", "noisy_share", "ratio_to_baseline",
                "ratio_lo", "ratio_hi", "verdict", "status", "note",
            ])
        func text(_ value: Double?) -> String { value.map { NumberText.format($0) } ?? "" }
        for row in rows {
            var fields = [row.cell.experiment, row.cell.id] + row.cell.identity
            fields += [row.phase, row.metric, row.stat]
            fields += [text(row.median), text(row.interval?.low), text(row.interval?.high), "\(row.count)", row.unit]
            fields += [text(row.noisyShare), text(row.ratio?.ratio)]
            fields += [text(row.ratio?.interval?.low), text(row.ratio?.interval?.high)]
            fields += [row.verdict?.rawValue ?? "", row.status.rawValue, row.note]
            table.rows.append(fields)
        }
        return table
    }
}
