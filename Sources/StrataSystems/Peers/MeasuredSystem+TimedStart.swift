import StrataDisk

extension MeasuredSystem {
    /// Recovery of a library: it is opened, and tells no phases and no sizes.
    func timedStart() throws -> RecoveryTiming {
        let clock = SystemClock()
        let began = clock.nanoseconds()
        try start()
        let total = Duration.nanoseconds(clock.nanoseconds() - began)
        return RecoveryTiming(phases: [.init(name: "open", duration: total)], total: total, bytes: nil, entries: nil)
    }
}
