import Foundation

/// Where an axis starts and ends, and its labelled ticks. Chosen here and not by gnuplot, so that labels have SI
/// prefixes and the space they need is known.
struct PlotTicks: Sendable {
    var range: ClosedRange<Double>
    var ticks: [(position: Double, label: String)]
    var isLogarithmic: Bool

    /// From 0, or from below where values are negative, in steps of 1, 2 or 5 times a power of ten. The range ends
    /// with a tick or, if `tight`, with the highest value.
    static func linear(upTo highest: Double, from lowest: Double = 0, tight: Bool = false) -> PlotTicks {
        let low = min(0, lowest)
        let high = max(highest, low == 0 ? 1e-9 : 0)
        let rough = (high - low) / 6
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? 10 * power
        let first = (low / step).rounded(.down)
        let last = (high * 1.02 / step).rounded(.up)
        let ticks = stride(from: first, through: last, by: 1).map { (position: $0 * step, label: label($0 * step)) }
        let end = tight ? high : last * step
        return PlotTicks(
            range: first * step...end, ticks: ticks.filter { $0.position <= end * 1.001 }, isLogarithmic: false)
    }

    /// Powers of ten; over less than two of them also 2 and 5 times. The range leaves a margin above and below the
    /// values and does not run on to the next tick.
    static func logarithmic(_ lowest: Double, _ highest: Double) -> PlotTicks {
        let low = max(lowest, 1e-12)
        let high = max(highest, low)
        let steps = log10(high / low) < 2 ? [1.0, 2, 5] : [1.0]
        var positions: [Double] = []
        for exponent in Int(floor(log10(low))) - 1...Int(floor(log10(high))) + 1 {
            positions += steps.map { $0 * pow(10, Double(exponent)) }
        }
        let range = low / 1.6...high * 1.6
        let shown = positions.filter(range.contains)
        return PlotTicks(range: range, ticks: shown.map { ($0, label($0)) }, isLogarithmic: true)
    }

    /// At the given positions only; the range leaves a margin on both sides.
    static func at(_ positions: [(position: Double, label: String)], logarithmic: Bool) -> PlotTicks {
        let low = positions.map(\.position).min() ?? 1
        let high = positions.map(\.position).max() ?? 1
        if logarithmic {
            let margin = max(pow(high / low, 0.04), 1.08)
            return PlotTicks(range: low / margin...high * margin, ticks: positions, isLogarithmic: true)
        }
        let margin = high > low ? (high - low) * 0.04 : max(abs(high) * 0.1, 0.5)
        return PlotTicks(range: low - margin...high + margin, ticks: positions, isLogarithmic: false)
    }

    private static func label(_ value: Double) -> String {
        let prefixes = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        let magnitude = abs(value)
        if magnitude >= 1000, let (factor, prefix) = prefixes.first(where: { magnitude >= $0.0 * 0.999 }) {
            return String(format: "%.4g", value / factor) + prefix
        }
        return String(format: "%.4g", value)
    }
}
