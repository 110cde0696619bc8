import StrataSystems

extension CellFindings {
    /// A recovery by phase, with its total, which is what the laboratory's own clock says.
    mutating func add(_ timing: RecoveryTiming, total: Duration) {
        func milliseconds(_ duration: Duration) -> Double { Double(duration.wholeNanoseconds) / 1e6 }
        let n = timing.entries
        for phase in timing.phases {
            add(phase: phase.name, Metric.recoveryTime, milliseconds(phase.duration), "ms", n: n)
        }
        add(phase: "total", Metric.recoveryTime, milliseconds(total), "ms", n: n)
        let seconds = milliseconds(total) / 1000
        if let bytes = timing.bytes {
            if seconds > 0 { add(phase: "total", Metric.recoveryRate, Double(bytes) / seconds / 1e6, "MB/s", n: n) }
            add(phase: "total", Metric.logSize, Double(bytes) / 1e6, "MB", n: n)
        }
        if let entries = n, seconds > 0 {
            add(phase: "total", Metric.recoveryEntries, Double(entries) / seconds, "entries/s", n: n)
        }
    }
}
