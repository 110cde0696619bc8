extension PlotData {
    /// Takes the rows that `specification` names out of a summary. Columns that vary but are neither x nor series
    /// become part of the series, so points of different cells never share a line; in a scatter plot they are written
    /// beside the points. Without a matching row there are no points. Throws where the specification names a column or
    /// metric that the results do not have.
    init(_ specification: PlotSpecification, summary: Summary) throws(ReportError) {
        self.specification = specification
        func refused(_ reason: String) -> ReportError {
            ReportError(file: "plot \(specification.name)", reason: reason)
        }
        guard let yName = MetricName(text: specification.y) else {
            throw refused("y = \"\(specification.y)\" names no metric")
        }
        let rows = Self.rows(of: yName, phase: specification.phase, summary)
        guard let sample = rows.first else { throw refused("no values of \(specification.y)") }
        yTitle = ShownText.axis(metric: sample.metric, stat: sample.stat, unit: sample.unit)

        let names = summary.identityColumns
        let column = names.firstIndex(of: specification.x)
        for name in specification.series where name != "phase" && names.firstIndex(of: name) == nil {
            throw refused("the results have no column \(name)")
        }
        func varies(_ index: Int) -> Bool { Set(rows.map { $0.cell.identity[index] }).count > 1 }
        // A dial that is the same everywhere would only lengthen the legend.
        var seriesColumns = specification.series.compactMap { names.firstIndex(of: $0) }.filter(varies)
        let others = names.indices.filter { index in
            index != column && !seriesColumns.contains(index) && !ResultSet.circumstances.contains(names[index])
                && varies(index)
        }
        let isScatter = specification.kind == .scatter && column == nil
        if !isScatter { seriesColumns += others }
        let hasPhases = specification.x != "phase" && Set(rows.map(\.phase)).count > 1
        seriesTitle = (seriesColumns.map { ShownText.name(names[$0]) } + (hasPhases ? ["phase"] : []))
            .joined(separator: ", ")

        var drafts: [(series: String, order: [String], x: String, row: SummaryRow, xRow: SummaryRow?)] = []
        if let column {
            xTitle = ShownText.name(specification.x)
            for row in rows { drafts.append(("", [], row.cell.identity[column], row, nil)) }
        } else if specification.x == "phase" || specification.x == "metric" {
            xTitle = specification.x
            for row in rows { drafts.append(("", [], specification.x == "phase" ? row.phase : row.metric, row, nil)) }
        } else {
            guard let xName = MetricName(text: specification.x) else { throw refused("x names no column or metric") }
            let xRows = Self.rows(of: xName, phase: specification.phase, summary)
            guard let sample = xRows.first else { throw refused("no column and no values of \(specification.x)") }
            xTitle = ShownText.axis(metric: sample.metric, stat: sample.stat, unit: sample.unit)
            for row in rows {
                let other =
                    xRows.first { $0.cell.id == row.cell.id && $0.phase == row.phase }
                    ?? xRows.first { $0.cell.id == row.cell.id }
                if let other { drafts.append(("", [], "", row, other)) }
            }
        }
        for index in drafts.indices {
            let row = drafts[index].row
            let single = seriesColumns.count == 1
            let parts = seriesColumns.map { column in
                let value = row.cell.identity[column]
                let shown = ShownText.dial(column: names[column], value: value)
                return single || Double(value) == nil ? shown : "\(ShownText.name(names[column])) \(shown)"
            }
            drafts[index].series = (parts + (hasPhases ? [row.phase] : [])).joined(separator: ", ")
            drafts[index].order = seriesColumns.map { row.cell.identity[$0] } + (hasPhases ? [row.phase] : [])
        }
        let orderColumns = seriesColumns.map { names[$0] } + (hasPhases ? ["phase"] : [])
        let ordered = drafts.sorted { left, right in
            for (index, name) in orderColumns.enumerated() where left.order[index] != right.order[index] {
                return summary.order.isBefore(left.order[index], right.order[index], column: name)
            }
            return false
        }
        .map(\.series)
        for name in ordered where series.last != name { series.append(name) }
        let seriesIndex = Dictionary(series.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })

        let isNumeric =
            isScatter
            || specification.kind != .bars && drafts.allSatisfy { Double($0.x) != nil }
        var values: [String] = []
        for draft in drafts where !values.contains(draft.x) { values.append(draft.x) }
        // Phases stand in their own order, which is that of the rows; dials by size.
        if column != nil { values.sort { summary.order.isBefore($0, $1, column: specification.x) } }
        if !isNumeric { categories = values.map { ShownText.dial(column: specification.x, value: $0) } }

        for draft in drafts {
            guard let y = draft.row.median else { continue }
            let x: Double
            if let xRow = draft.xRow {
                guard let median = xRow.median else { continue }
                x = median
            } else if isNumeric {
                x = Double(draft.x) ?? 0
            } else {
                x = Double(values.firstIndex(of: draft.x) ?? 0)
            }
            if specification.logY && y <= 0 || isNumeric && specification.logX && x <= 0 {
                dropped += 1
                continue
            }
            points.append(
                Point(
                    series: seriesIndex[draft.series] ?? 0, x: x,
                    xLabel: draft.xRow == nil ? ShownText.dial(column: specification.x, value: draft.x) : "",
                    xInterval: draft.xRow?.interval, y: y, yInterval: draft.row.interval, count: draft.row.count,
                    label: isScatter ? ShownText.cell(draft.row.cell, columns: others, names: names) : ""))
        }
        points.sort { ($0.series, $0.x) < ($1.series, $1.x) }
    }

    /// Rows with a value. A metric named without its stat means the first stat that the results have of it.
    private static func rows(of name: MetricName, phase: String?, _ summary: Summary) -> [SummaryRow] {
        let rows = summary.rows.filter { row in
            row.median != nil && name.matches(metric: row.metric, stat: row.stat) && (phase ?? row.phase) == row.phase
        }
        guard let stat = rows.first?.stat else { return [] }
        return rows.filter { $0.stat == stat }
    }
}
