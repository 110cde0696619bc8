import Foundation

/// Appends to the result files of one run directory.
package final class ResultsWriter {
    private let results: AppendedFile
    private let series: AppendedFile
    private let noise: AppendedFile
    private let directory: String

    /// Opens the files of `directory`, which exists, and starts those that are new with their headers.
    package init(directory: String) throws {
        self.directory = directory
        results = try AppendedFile(
            path: "\(directory)/\(ResultSchema.results)", header: CSVText.line(ResultSchema.header))
        series = try AppendedFile(
            path: "\(directory)/\(ResultSchema.series)", header: CSVText.line(ResultSchema.seriesHeader))
        noise = try AppendedFile(
            path: "\(directory)/\(ResultSchema.noise)", header: CSVText.line(ResultSchema.noiseHeader))
        try FileManager.default.createDirectory(
            atPath: "\(directory)/\(ResultSchema.histograms)", withIntermediateDirectories: true)
    }

    /// Appends the rows of one (round, cell, role), complete, and makes them durable. What belongs to them is written
    /// first, so a set that is there has its series and histograms.
    package func append(
        _ rows: [ResultRow], series bins: [SeriesBin] = [], histograms: [MeasuredHistogram] = [],
        noise sample: NoiseSample? = nil
    ) throws {
        guard let last = rows.last else { return }
        precondition(
            last.endsSet && rows.dropLast().allSatisfy { !$0.endsSet }, "a set of rows has one end, at its end")
        for measured in histograms {
            let name = ResultSchema.histogramName(
                cell: last.cellID, round: last.round, phase: measured.phase, metric: measured.metric, role: last.role)
            let path = "\(directory)/\(ResultSchema.histograms)/\(name)"
            try measured.histogram.percentileText.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let lines = bins.map { bin in
            CSVText.line([
                last.cellID, last.role.rawValue, String(last.round), "run", String(bin.endMilliseconds),
                String(bin.operations), NumberText.format(bin.p50Microseconds), NumberText.format(bin.p99Microseconds),
            ])
        }
        if !lines.isEmpty { try series.append(lines.joined(), durably: false) }
        if let sample {
            let numbers = [
                sample.stealShare, sample.otherShare, sample.processorStall, sample.inputOutputStall, sample.load,
            ]
            try noise.append(
                CSVText.line(
                    [last.cellID, last.role.rawValue, String(last.round)] + numbers.map(NumberText.format)
                        + [sample.isNoisy ? "1" : "0"]), durably: false)
        }
        try results.append(rows.map(\.line).joined(), durably: true)
    }
}
