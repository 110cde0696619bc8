/// In which order the values of dials are listed: as the experiment lists them, else by size and custom.
package struct DialOrder: Sendable, Hashable {
    /// Column to values in order, as `axes` of the manifest gives them.
    package var listed: [String: [String]]

    package init(listed: [String: [String]] = [:]) { self.listed = listed }

    /// A total order of the values of one column. Values that the experiment does not list come last.
    package func isBefore(_ left: String, _ right: String, column: String) -> Bool {
        if left == right { return false }
        if let values = listed[column] {
            let ranks = (values.firstIndex(of: left) ?? values.count, values.firstIndex(of: right) ?? values.count)
            if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        }
        return Self.isBefore(left, right)
    }

    /// From the strongest guarantee to the weakest, and from nothing to more; other words by alphabet.
    private static let customary: [String] = [
        "none", "always", "grouped", "periodic", "every", "everysec", "never", "constant", "random",
    ]

    /// Numbers first, by size; then words, with the numbers, sizes and times in them by size ("zstd:3" before
    /// "zstd:19", "every:64KiB" before "every:1MiB").
    static func isBefore(_ left: String, _ right: String) -> Bool {
        switch (Double(left), Double(right)) {
        case (let a?, let b?) where a != b: return a < b
        case (_?, nil): return true
        case (nil, _?): return false
        default: break
        }
        let (a, b) = (pieces(left), pieces(right))
        if a.first == b.first, let m = magnitude(left), let n = magnitude(right), m != n { return m < n }
        let ranks = (rank(a.first ?? ""), rank(b.first ?? ""))
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        for (x, y) in zip(a, b) where x != y {
            if let m = Int(x), let n = Int(y), m != n { return m < n }
            return x < y
        }
        return a.count != b.count ? a.count < b.count : left < right
    }

    /// The size or time at the end of "every:1MiB" and "periodic:100ms".
    private static func magnitude(_ text: String) -> Double? {
        guard let last = text.split(separator: ":").last, last.count < text.count else { return nil }
        return ByteSize.parse(last).map { Double($0) } ?? DurationText.parse(last).map { Double($0.wholeNanoseconds) }
    }

    private static func rank(_ word: String) -> Int {
        customary.firstIndex(where: { word.hasPrefix($0) }) ?? customary.count
    }

    /// "zstd:19" in runs of digits and of everything else.
    private static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var wasDigit = false
        for character in text {
            let isDigit = character.isASCII && character.isNumber
            if pieces.isEmpty || isDigit != wasDigit { pieces.append("") }
            pieces[pieces.count - 1].append(character)
            wasDigit = isDigit
        }
        return pieces
    }
}
