/// A question, and the matrix of cells that answers it. Read from a TOML file; see `Benchmarks/experiments`.
package struct Experiment: Sendable, Hashable {
    package struct Dial: Sendable, Hashable {
        package var axis: Axis
        /// In canonical text, without repetitions, in the order given.
        package var values: [String]
    }

    /// The file's name without its extension.
    package var name: String
    package var question: String
    package var measure: Measure
    /// In the order of the file. Dials that are not here stay at their default.
    package var dials: [Dial]
    /// A cell is left out where any of these matches.
    package var excludes: [CellFilter] = []
    /// Where there are any, a cell is left out unless one of these matches.
    package var includes: [CellFilter] = []
    package var run = RunSettings()
    /// What ratios are taken against: a cell is compared with the one that differs from it in these dials only.
    package var baseline: [Axis: String] = [:]
    package var plots: [PlotSpecification] = []
    /// The file, to be kept with the results.
    package var source = ""

    package init(name: String, question: String, measure: Measure, dials: [Dial]) {
        self.name = name
        self.question = question
        self.measure = measure
        self.dials = dials
    }
}
