/// One command of a `Script`: `append 1 alpha sync=yes` has a name, two arguments and an option.
package struct ScriptCommand: Sendable, Equatable {
    package var name: String
    /// Words without `=`, in order.
    package var arguments: [String]
    /// Words `key=value`.
    package var options: [String: String]
    /// The line as it stands in the file.
    package var text: String
    /// From 1.
    package var line: Int

    package init(_ text: String, line: Int) {
        self.text = text
        self.line = line
        let words = text.split(whereSeparator: \.isWhitespace)
        name = words.first.map(String.init) ?? ""
        arguments = []
        options = [:]
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 && !parts[0].isEmpty {
                options[String(parts[0])] = String(parts[1])
            } else {
                arguments.append(String(word))
            }
        }
    }

    /// Argument `index`, from 0. Throws where the line has fewer.
    package func argument(_ index: Int) throws(ScriptError) -> String {
        guard index < arguments.count else {
            throw ScriptError(line: line, reason: "\(name) needs argument \(index + 1)")
        }
        return arguments[index]
    }

    /// Argument `index` as a number. Throws where the line has none there.
    package func number(_ index: Int) throws(ScriptError) -> Int {
        let word = try argument(index)
        guard let value = Int(word) else {
            throw ScriptError(line: line, reason: "\(name): \"\(word)\" is no number")
        }
        return value
    }

    /// Option `key` as a number, or `value` where the line does not have it.
    package func number(_ key: String, default value: Int) throws(ScriptError) -> Int {
        guard let word = options[key] else { return value }
        guard let value = Int(word) else {
            throw ScriptError(line: line, reason: "\(name): \(key)=\(word) is no number")
        }
        return value
    }

    /// For the `default` branch of a session's `switch`.
    package var unknown: ScriptError { ScriptError(line: line, reason: "unknown command \"\(name)\"") }
}
