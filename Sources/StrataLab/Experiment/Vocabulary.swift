/// Names that an experiment may use and that this build knows only at run time: systems and corpora.
package struct Vocabulary: Sendable {
    /// Nil accepts any name.
    package var systems: [String]?
    package var corpora: [String]?

    package init(systems: [String]? = nil, corpora: [String]? = nil) {
        self.systems = systems
        self.corpora = corpora
    }

    /// Accepts any name: for reading the experiment of a run that another build made.
    package static let standard = Vocabulary()

    func system(_ text: String) throws(AxisValueError) -> String {
        guard !text.isEmpty else { throw .init(expected: "the name of a system") }
        if let systems, !systems.contains(text) {
            throw .init(
                expected: systems.joined(separator: ", "), suggestion: Suggestion.nearest(to: text, in: systems))
        }
        return text
    }

    func valueSource(_ text: String) throws(AxisValueError) -> String {
        if text == "constant" || text == "random" { return text }
        let known = corpora.map { ["constant", "random"] + $0.map { "corpus:" + $0 } }
        let prefix = "corpus:"
        if text.hasPrefix(prefix), text.count > prefix.count, known?.contains(text) ?? true { return text }
        let forms = known ?? ["constant", "random", "corpus:NAME"]
        throw .init(expected: forms.joined(separator: ", "), suggestion: Suggestion.nearest(to: text, in: forms))
    }
}
