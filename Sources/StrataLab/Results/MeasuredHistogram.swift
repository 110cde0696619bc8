/// A distribution of latencies with what it is of: one file of `hist/`.
package struct MeasuredHistogram: Sendable {
    package var phase: String
    package var metric: String
    package var histogram: LatencyHistogram

    package init(phase: String = "run", metric: String, histogram: LatencyHistogram) {
        self.phase = phase
        self.metric = metric
        self.histogram = histogram
    }
}
