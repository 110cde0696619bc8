/// Pearson's statistic of `counts` against `expected` numbers, and the value it stays below but for one seed in some millions:
/// five standard deviations above the mean of its distribution.
func chiSquare(_ counts: [Int], expected: [Double]) -> (statistic: Double, bound: Double) {
    let statistic = zip(counts, expected).reduce(0) { sum, pair in
        let difference = Double(pair.0) - pair.1
        return sum + difference * difference / pair.1
    }
    let freedom = Double(counts.count - 1)
    return (statistic, freedom + 5 * (2 * freedom).squareRoot())
}
