import ArgumentParser
import StrataDisk
import StrataEngine
import StrataKV
import StrataLab

/// `watch KEY [RANGE_END]`.
struct WatchAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Show changes as they come, from now or from an older revision on.",
        discussion: """
            Ends after --count events, after --timeout, or when it is interrupted. In a shell without either it goes on beside the \
            following lines, whose changes it shows, until `unwatch`.

            Exit status: 0 done, 1 canceled, as by a compaction, or fewer than --count events came in time, 130 interrupted.
            """)

    @OptionGroup var keys: KeySelection
    @Option(help: ArgumentHelp("From this revision on, if it is not compacted.", valueName: "revision")) var rev:
        Int64 = 0
    @Flag(name: .customLong("prev-kv"), help: "Show what each key held before.") var showsPrevious = false
    @Option(help: ArgumentHelp("End after so many events.", valueName: "events")) var count: Int?
    @Option(
        help: ArgumentHelp("End after this time, such as 500ms or 10s.", valueName: "duration"),
        transform: {
            guard let duration = DurationText.parse($0) else {
                throw ValidationError("'\($0)' is no time such as 10s.")
            }
            return duration
        })
    var timeout: Duration?
    @OptionGroup var style: AnswerStyle

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be 1 or more.") }
    }

    func run(in session: KVSession) throws {
        let (key, rangeEnd) = keys.request
        let request = WatchRequest(key: key, rangeEnd: rangeEnd, startRevision: rev, prevKV: showsPrevious)
        let printer = style.printer(session)
        if session.isShell, count == nil, timeout == nil { return try session.watch(request, printer) }
        let stream = try session.engine().makeWatchStream()
        defer { stream.close() }
        stream.create(request)
        let clock = SystemClock()
        let end = timeout.map { clock.nanoseconds() + UInt64($0.wholeNanoseconds) }
        var shown = 0
        while shown < count ?? .max {
            // Short enough to feel an interruption at once.
            var wait: Int64 = 50_000_000
            if let end {
                let now = clock.nanoseconds()
                if now >= end { break }
                wait = min(wait, Int64(end - now))
            }
            if session.stop.isRaised { throw ToolFailure.interrupted }
            guard var response = stream.receive(atMost: wait) else { continue }
            if response.isCanceled {
                if style.format == .json { printer.watch(response) }
                throw ToolFailure(Self.reason(response), status: ExitStatus.failure)
            }
            if response.events.isEmpty { continue }
            response.events = Array(response.events.prefix((count ?? .max) - shown))
            shown += response.events.count
            printer.watch(response)
            try session.output.flush()
        }
        if let count, shown < count {
            throw ToolFailure("\(shown) of \(count) events came in time", status: ExitStatus.failure)
        }
    }

    /// Why a watch was canceled.
    static func reason(_ response: WatchResponse) -> String {
        let reason =
            response.compactRevision != 0
            ? "\(KVError.compacted.text); revisions before \(response.compactRevision) are gone" : response.cancelReason
        return "watch was canceled (\(reason))"
    }
}

/// `unwatch`.
struct UnwatchAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "unwatch", abstract: "In the shell: end its watches.")

    func run(in session: KVSession) throws { session.unwatch() }
}
