/// Fields and lines of RFC 4180, with LF line ends and without line breaks inside fields.
package enum CSVText {
    package static func line(_ fields: [String]) -> String {
        fields.map(field).joined(separator: ",") + "\n"
    }

    /// Quoted where it must be. A line break becomes a space, so that a line of the file is always a row.
    package static func field(_ text: String) -> String {
        var plain = text
        // Scalars and not characters: CR LF is one character.
        if plain.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
            plain = String(String.UnicodeScalarView(plain.unicodeScalars.map { $0 == "\n" || $0 == "\r" ? " " : $0 }))
        }
        guard
            plain.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) || plain.hasPrefix(" ")
        else { return plain }
        return "\"" + plain.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
