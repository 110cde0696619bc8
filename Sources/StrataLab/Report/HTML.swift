import Foundation

/// Pieces of HTML. Whatever comes from a file goes through `escaped`.
enum HTML {
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            // Other control characters are not allowed in HTML or XML at all.
            case _ where scalar.value < 32 && scalar != "\n" && scalar != "\t": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func element(_ name: String, _ content: String, class kind: String = "") -> String {
        "<\(name)\(kind.isEmpty ? "" : " class=\"\(escaped(kind))\"")>\(content)</\(name)>"
    }

    static func paragraph(_ text: String, class kind: String = "") -> String {
        element("p", escaped(text), class: kind) + "\n"
    }

    static func list(_ items: [String]) -> String {
        items.isEmpty ? "" : element("ul", items.map { element("li", escaped($0)) }.joined()) + "\n"
    }

    /// Header and fields are HTML, escaped by the caller. `numbers` says of each column whether it is set flush right.
    static func table(header: [String], rows: [[String]], numbers: [Bool]) -> String {
        func cells(_ fields: [String], _ tag: String) -> String {
            fields.enumerated().map { element(tag, $1, class: numbers[$0] ? "number" : "") }.joined()
        }
        return "<div class=\"wide\"><table><thead><tr>\(cells(header, "th"))</tr></thead><tbody>\n"
            + rows.map { "<tr>\(cells($0, "td"))</tr>\n" }.joined() + "</tbody></table></div>\n"
    }

    /// An SVG file to stand inside a page: without its XML head, and with ids of its own, because several of gnuplot's
    /// files in one page would share theirs.
    static func inlineSVG(_ svg: String, prefix: String) -> String {
        guard let start = svg.range(of: "<svg") else { return "" }
        return String(svg[start.lowerBound...])
            .replacingOccurrences(of: "id=\"", with: "id=\"\(prefix)-")
            .replacingOccurrences(of: "id='", with: "id='\(prefix)-")
            .replacingOccurrences(of: "href=\"#", with: "href=\"#\(prefix)-")
            .replacingOccurrences(of: "href='#", with: "href='#\(prefix)-")
            .replacingOccurrences(of: "url(#", with: "url(#\(prefix)-")
    }
}
