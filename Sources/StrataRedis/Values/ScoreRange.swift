/// Scores from `min` to `max`, either of which may be excluded.
package struct ScoreRange: Hashable, Sendable {
    package var min: Double
    package var max: Double
    package var excludesMin: Bool
    package var excludesMax: Bool

    package init(min: Double, max: Double, excludesMin: Bool = false, excludesMax: Bool = false) {
        self.min = min
        self.max = max
        self.excludesMin = excludesMin
        self.excludesMax = excludesMax
    }

    @inline(__always)
    func isReached(_ score: Double) -> Bool { excludesMin ? score > min : score >= min }
    @inline(__always)
    func isPassed(_ score: Double) -> Bool { excludesMax ? score >= max : score > max }
}
