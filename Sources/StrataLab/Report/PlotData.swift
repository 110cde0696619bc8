/// The points of one plot, with what their axes are called.
struct PlotData: Sendable {
    struct Point: Sendable {
        /// Index into `series`.
        var series: Int
        /// Index into `categories`, or the number itself on a numeric axis.
        var x: Double
        var xLabel: String
        var xInterval: ConfidenceInterval?
        var y: Double
        var yInterval: ConfidenceInterval?
        var count: Int
        /// Written beside the point of a scatter plot; empty elsewhere.
        var label = ""
    }

    var specification: PlotSpecification
    var points: [Point] = []
    var series: [String] = []
    /// What the series are told apart by: the heading of the legend.
    var seriesTitle = ""
    /// Labels of an axis without numbers; empty on a numeric axis.
    var categories: [String] = []
    var xTitle = ""
    var yTitle = ""
    /// Points that a logarithmic axis cannot show.
    var dropped = 0
    /// Rounds behind each point: the fewest and the most.
    var rounds: ClosedRange<Int>? {
        guard let fewest = points.map(\.count).min(), let most = points.map(\.count).max() else { return nil }
        return fewest...most
    }
}
