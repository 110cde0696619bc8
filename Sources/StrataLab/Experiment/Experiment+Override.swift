/// `--set axis=value[,value...]`.
extension Experiment {
    /// Replaces the values of one dial, or adds the dial. Values may not hold commas, which no form of a value needs.
    package mutating func apply(override text: String, words: Vocabulary = .standard) throws(ExperimentError) {
        let source = "--set \(text)"
        guard let equals = text.firstIndex(of: "=") else {
            throw .init(file: source, message: "expected axis=value or axis=value,value")
        }
        let key = String(text[..<equals])
        guard let axis = Axis(rawValue: key) else {
            let known = Axis.allCases.map(\.rawValue)
            throw .init(
                file: source, message: "unknown axis \"\(key)\"", suggestion: Suggestion.nearest(to: key, in: known))
        }
        guard measure.uses(axis) else {
            throw .init(file: source, message: "\(key) changes nothing in measure \"\(measure.rawValue)\" (\(name))")
        }
        var values: [String] = []
        for part in text[text.index(after: equals)...].split(separator: ",", omittingEmptySubsequences: false) {
            let value = part.drop { $0 == " " }
            var cell = Cell()
            do {
                try cell.set(axis, to: String(value), in: words)
            } catch {
                throw .init(
                    file: source, message: "\(key) \"\(value)\": expected \(error.expected)",
                    suggestion: error.suggestion)
            }
            if !values.contains(cell.text(axis)) { values.append(cell.text(axis)) }
        }
        if let index = dials.firstIndex(where: { $0.axis == axis }) {
            dials[index].values = values
        } else {
            dials.append(.init(axis: axis, values: values))
        }
    }
}
