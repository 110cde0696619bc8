import Foundation

/// Builds gnuplot scripts (5.4) of the report's look: 900 x 540, white, legend outside, a footer that names the data.
struct PlotScript {
    static let width = 900.0
    static let height = 540.0
    /// Okabe and Ito, "Color Universal Design" (2008): told apart with every common colour blindness. Their yellow is
    /// left out: it is too weak on white.
    static let palette = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#000000"]
    /// Average advance of a character of the 12 and 13 px labels, px. The SVG viewer picks the font: a wide guess.
    static let characterWidth = 7.0
    /// Where the plot begins, fraction of the width: room for a tick label and the axis title.
    static let left = 0.105
    /// Labels longer than this are cut in the middle.
    static let longestLabel = 34

    private(set) var lines: [String] = []

    mutating func add(_ line: String) { lines.append(line) }

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// A gnuplot string: single quotes, in which only the quote itself is special. Control characters become spaces.
    static func quoted(_ text: String) -> String {
        let plain = String(text.map { $0.isNewline || $0.asciiValue.map { $0 < 32 } ?? false ? " " : $0 })
        return "'" + plain.replacingOccurrences(of: "'", with: "''") + "'"
    }

    /// `name` is the stem of the files; `footer` is set in small grey type at the lower edge.
    init(name: String, title: String, footer: String) {
        add("# Run in this directory: gnuplot \(name).gp")
        add(
            "set terminal svg size \(Int(Self.width)),\(Int(Self.height)) noenhanced background rgb '#ffffff' font 'Helvetica,13'"
        )
        add("set output \(Self.quoted(name + ".svg"))")
        add("set datafile separator comma")
        add("set title \(Self.quoted(ShownText.shortened(title, to: 100))) font ',16' noenhanced")
        add(
            "set label 1 \(Self.quoted(footer)) at screen 0.012,0.025 left font ',10' textcolor rgb '#666666' noenhanced"
        )
        add("set border 3 linecolor rgb '#888888'")
        add("set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1")
        add("set tics nomirror out textcolor rgb '#222222'")
        add("set lmargin at screen \(Self.number(Self.left))")
    }

    /// The legend right of the plot, none for a single series. Returns the width it takes, px.
    @discardableResult
    mutating func legend(_ series: [String], title: String) -> Double {
        guard series.count > 1 else {
            add("unset key")
            add("set rmargin at screen 0.965")
            return Self.width * 0.035
        }
        let longest =
            (series.map { min($0.count, Self.longestLabel) } + [min(title.count, Self.longestLabel)]).max() ?? 0
        let size = series.count > 16 ? 10 : 12
        // 52 px for the sample and the distances to the plot and to the text.
        let width = Double(longest) * Self.characterWidth * Double(size) / 12 + 52
        let plotEnd = 1 - width / Self.width
        let heading = title.isEmpty ? "" : "title \(Self.quoted(ShownText.shortened(title, to: Self.longestLabel))) "
        let spacing = series.count > 16 ? 0.85 : 1.15
        add(
            "set key \(heading)at screen \(Self.number(plotEnd + 0.01)),0.89 left top vertical Left reverse noenhanced "
                + "font ',\(size)' samplen 1.6 spacing \(spacing)")
        add("set rmargin at screen \(Self.number(plotEnd))")
        return width
    }

    mutating func yAxis(_ ticks: PlotTicks, title: String) { axis("y", ticks, title: title) }

    mutating func axis(_ letter: String, _ ticks: PlotTicks, title: String) {
        add(ticks.isLogarithmic ? "set logscale \(letter) 10" : "unset logscale \(letter)")
        add("set \(letter)range [\(Self.number(ticks.range.lowerBound)):\(Self.number(ticks.range.upperBound))]")
        add("set \(letter)tics (" + ticks.ticks.map(Self.tick).joined(separator: ", ") + ")")
        add("set \(letter)label \(Self.quoted(title)) noenhanced")
    }

    /// The x axis with labels turned where they would run into each other. `room` is the width of the plot, px.
    mutating func xAxis(_ ticks: PlotTicks, title: String, room: Double) {
        axis("x", ticks, title: title)
        let longest = Double(ticks.ticks.map(\.label.count).max() ?? 0) * Self.characterWidth
        let slot = room / Double(max(ticks.ticks.count, 1))
        if longest > slot - 6 {
            add("set xtics rotate by 30 right")
            // Sine of 30 degrees; then the axis title and the footer below.
            add("set bmargin at screen \(Self.number((longest / 2 + 86) / Self.height))")
        } else {
            add("set bmargin at screen 0.175")
        }
        // gnuplot puts the title below the labels, turned or not; the footer needs the last bit of room.
        add("set xlabel offset 0,0.3")
    }

    /// gnuplot reads % in tick labels as a format.
    private static func tick(_ tick: (position: Double, label: String)) -> String {
        quoted(tick.label.replacingOccurrences(of: "%", with: "%%")) + " \(number(tick.position))"
    }

    static func colour(_ series: Int) -> String { quoted(palette[series % palette.count]) }
    /// Past seven series the colours come again with another dash.
    static func dash(_ series: Int) -> Int { series / palette.count % 4 + 1 }
    static func pointType(_ series: Int) -> Int { [7, 5, 9, 11, 13, 4, 6][series % 7] }

    static func number(_ value: Double) -> String { String(format: "%.10g", value) }
}
