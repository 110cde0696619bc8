/// "Did you mean ...?": the nearest known word by edit distance.
package enum Suggestion {
    /// Nil where nothing is near: more than a third of the word, or more than three edits, would have to change.
    package static func nearest(to word: String, in known: some Sequence<String>) -> String? {
        let limit = max(1, min(3, word.count / 3 + 1))
        let ranked = known.map { ($0, distance(word, $0)) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= limit else { return nil }
        return best.0
    }

    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
    package static func distance(_ a: String, _ b: String) -> Int {
        let a = Array(a.lowercased()), b = Array(b.lowercased())
        var before = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1] + [Int](repeating: 0, count: b.count)
            for j in b.indices {
                current[j + 1] = min(previous[j + 1], current[j], previous[j] - (a[i] == b[j] ? 1 : 0)) + 1
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    current[j + 1] = min(current[j + 1], before[j - 1] + 1)
                }
            }
            (before, previous) = (previous, current)
        }
        return previous[b.count]
    }
}
