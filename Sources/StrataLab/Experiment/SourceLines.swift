/// Where keys and values stand in a TOML text. The parser gives lines for syntax errors only; this finds them for keys
/// and values that are well formed and wrong.
struct SourceLines {
    private struct Key {
        var section: String
        /// Which of several `[[section]]`, from 0.
        var occurrence: Int
        var name: String
        var line: Int
    }

    private let lines: [Substring]
    private var keys: [Key] = []
    private var sections: [(name: String, occurrence: Int, line: Int)] = []

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var section = "", occurrence = 0
        for (index, raw) in lines.enumerated() {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("["), let close = line.firstIndex(of: "]") {
                section = line[..<close].filter { $0 != "[" && $0 != " " }
                occurrence = sections.count { $0.name == section }
                sections.append((section, occurrence, index + 1))
            } else if let equals = line.firstIndex(of: "="), !line.hasPrefix("#") {
                let name = line[..<equals].filter { !" \t\"'".contains($0) }
                if !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) {
                    keys.append(Key(section: section, occurrence: occurrence, name: name, line: index + 1))
                }
            }
        }
    }

    /// The line of a section's header, or of a key at the top that has its name.
    func section(_ name: String, _ occurrence: Int = 0) -> Int? {
        sections.first { $0.name == name && $0.occurrence == occurrence }?.line ?? key(name, in: "")
    }

    func key(_ name: String, in section: String, _ occurrence: Int = 0) -> Int? {
        keys.first { $0.section == section && $0.occurrence == occurrence && $0.name == name }?.line
    }

    /// The line of `value` in the possibly long list of `key`; the line of the key where it is written differently.
    func value(_ value: String, of key: String, in section: String, _ occurrence: Int = 0) -> Int? {
        guard let first = self.key(key, in: section, occurrence) else { return self.section(section, occurrence) }
        let end = (keys.map(\.line) + sections.map(\.line)).filter { $0 > first }.min() ?? lines.count + 1
        return (first..<end).first { lines[$0 - 1].contains(value) } ?? first
    }

    /// Keys of a section in the order of the file, which the parser does not keep.
    func order(in section: String) -> [String] { keys.filter { $0.section == section }.map(\.name) }
}
