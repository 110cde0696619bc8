import Foundation

/// The histograms below `hist/`, merged per cell.
struct HistogramFiles: Sendable {
    struct Curve: Sendable {
        var cell: String
        var histogram: PercentileHistogram
        var files: Int
    }

    /// By phase and metric, in the order of their names; within one, in the order of the cells.
    var groups: [(phase: String, metric: String, curves: [Curve])] = []

    /// Control runs are left out, as in the medians. A file with another name is no histogram of ours and is left
    /// alone.
    init(directory: String, cells: [String]) throws(ReportError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        var merged: [String: [String: Curve]] = [:]
        for name in names.sorted() {
            guard let parts = Self.parts(of: name), !parts.isControl else { continue }
            let path = directory + "/" + name
            let histogram = try PercentileHistogram(text: FileText.read(path), file: path)
            let group = "\(parts.phase)\u{0}\(parts.metric)"
            var curve =
                merged[group]?[parts.cell] ?? Curve(cell: parts.cell, histogram: PercentileHistogram(), files: 0)
            curve.histogram.merge(histogram)
            curve.files += 1
            merged[group, default: [:]][parts.cell] = curve
        }
        for (group, curves) in merged.sorted(by: { $0.key < $1.key }) {
            let parts = group.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init)
            groups.append((parts[0], parts[1], cells.compactMap { curves[$0] }))
        }
    }

    /// `<cell>_r<round>_<phase>_<metric>[_control].hgrm`; a metric may hold underscores, a phase may not.
    static func parts(of name: String) -> (cell: String, phase: String, metric: String, isControl: Bool)? {
        guard name.hasSuffix(".hgrm") else { return nil }
        var stem = name.dropLast(5)
        let isControl = stem.hasSuffix("_control")
        if isControl { stem = stem.dropLast(8) }
        let fields = stem.split(separator: "_", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, fields[1].hasPrefix("r"), Int(fields[1].dropFirst()) != nil else { return nil }
        return (fields[0], fields[2], fields[3], isControl)
    }
}
