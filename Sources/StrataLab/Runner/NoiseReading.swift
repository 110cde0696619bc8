import Foundation
import Glibc

/// Counters of the machine at one moment; two of them give a `NoiseSample`.
package struct NoiseReading: Sendable {
    private var total: Double
    private var busy: Double
    private var steal: Double
    private var ours: Double
    private var processorStall: Double?
    private var inputOutputStall: Double?
    private var load: Double
    private var time: UInt64

    /// Reads /proc; what a kernel or container does not show counts as quiet.
    package init(at time: UInt64) {
        self.time = time
        // "cpu user nice system idle iowait irq softirq steal ...", in ticks: proc_stat(5).
        let fields = SystemFile.text("/proc/stat").prefix { $0 != "\n" }.split(separator: " ").dropFirst()
        let ticks = fields.prefix(8).map { Double($0) ?? 0 }
        steal = ticks.count > 7 ? ticks[7] : 0
        total = ticks.reduce(0, +)
        busy = ticks.count > 6 ? ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] : 0
        ours = Double(ProcessorTime.nanoseconds()) / 1e9 * Double(sysconf(Int32(_SC_CLK_TCK)))
        processorStall = Self.stall("cpu")
        inputOutputStall = Self.stall("io")
        load = SystemFile.text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) } ?? 0
    }

    /// Total microseconds of `some` in a pressure file: Documentation/accounting/psi.rst of the kernel.
    private static func stall(_ resource: String) -> Double? {
        let line = SystemFile.text("/proc/pressure/\(resource)").split(separator: "\n").first { $0.hasPrefix("some") }
        return line?.split(separator: " ").first { $0.hasPrefix("total=") }.flatMap { Double($0.dropFirst(6)) }
    }

    package func seconds(since earlier: NoiseReading) -> Double { Double(time - earlier.time) / 1e9 }

    package func sample(since earlier: NoiseReading) -> NoiseSample {
        var sample = NoiseSample()
        sample.load = earlier.load
        let ticks = total - earlier.total
        if ticks > 0 {
            sample.stealShare = max(0, (steal - earlier.steal) / ticks)
            sample.otherShare = max(0, (busy - earlier.busy - (ours - earlier.ours)) / ticks)
        }
        let microseconds = Double(time - earlier.time) / 1000
        func share(_ now: Double?, _ then: Double?) -> Double {
            guard let now, let then, microseconds > 0 else { return 0 }
            return min(1, max(0, (now - then) / microseconds))
        }
        sample.processorStall = share(processorStall, earlier.processorStall)
        sample.inputOutputStall = share(inputOutputStall, earlier.inputOutputStall)
        return sample
    }
}
