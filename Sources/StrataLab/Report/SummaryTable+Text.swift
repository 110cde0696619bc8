extension SummaryTable {
    /// The table and its footnotes, with a line feed at the end.
    package static func render(
        _ summary: Summary, preferred: [MetricName] = [], limit: Int = 5, style: Style = .terminal
    ) -> String {
        var table = SummaryTable(summary, preferred: preferred, limit: limit)
        if style == .terminal {
            // Fewer metrics rather than broken lines.
            for fewer in stride(from: limit - 1, through: 1, by: -1) where table.terminalWidth > widestTerminal {
                table = SummaryTable(summary, preferred: preferred, limit: fewer)
            }
        }
        return table.text(style)
    }

    private static let widestTerminal = 120
    private var terminalWidth: Int { terminal.prefix { !$0.isNewline }.count }

    package func text(_ style: Style) -> String {
        let body = style == .terminal ? terminal : markdown
        let notes = footnotes.map { style == .terminal ? "  \($0)\n" : "\(Self.markdownEscaped($0))  \n" }
        return body + (notes.isEmpty ? "" : "\n" + notes.joined())
    }

    private var terminal: String {
        let texts = rows.map { $0.map(\.text) }
        let widths = columns.indices.map { index in
            ([columns[index].title] + texts.map { $0[index] }).map(\.count).max() ?? 0
        }
        func line(_ fields: [String]) -> String {
            var line = ""
            for (index, field) in fields.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - field.count)
                line += columns[index].isNumber ? "  " + padding + field : "  " + field + padding
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        let rule = line(widths.map { String(repeating: "-", count: $0) })
        return line(columns.map(\.title)) + rule + texts.map(line).joined()
    }

    private var markdown: String {
        func line(_ fields: [String]) -> String { "| " + fields.joined(separator: " | ") + " |\n" }
        let head = line(columns.map { Self.markdownEscaped($0.title) })
        let rule = line(columns.map { $0.isNumber ? "--:" : ":--" })
        return head + rule + rows.map { line($0.map { Self.markdownEscaped($0.text) }) }.joined()
    }

    /// Characters that Markdown would read as a column, as code, emphasis or a tag.
    private static func markdownEscaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if "|\\`*_<>~".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
