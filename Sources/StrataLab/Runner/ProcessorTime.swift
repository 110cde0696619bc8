import Glibc

/// Time that this process has spent on processors, user and system.
enum ProcessorTime {
    static func nanoseconds() -> UInt64 {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func value(_ time: timeval) -> UInt64 { UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_usec) * 1000 }
        return value(usage.ru_utime) + value(usage.ru_stime)
    }
}
