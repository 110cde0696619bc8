import Foundation
import StrataDisk
import StrataEngine
import StrataKV
import StrataLab
import StrataWAL

/// A store for as long as commands are run on it. Opened by the first command that needs it.
final class KVSession {
    let directory: String
    let setup: StoreSetup
    let stop: StopFlag
    let output = ByteOutput()
    let input: InputLines
    /// Lines of standard input are commands.
    private(set) var isShell = false
    private var opened: KVEngine?
    /// What the shell watches beside its commands.
    private var watches: ShellWatches?

    init(directory: String, setup: StoreSetup, stop: StopFlag) {
        self.directory = directory
        self.setup = setup
        self.stop = stop
        input = InputLines(stop: stop)
    }

    /// The store; with `makes`, a new one where there is none.
    func engine(makes: Bool = false) throws -> KVEngine {
        if let opened { return opened }
        if !makes, !holdsStore {
            throw ToolFailure("\(directory): no store; the first put makes one")
        }
        let engine = try KVEngine(on: PosixDisk(path: directory), options: setup.options)
        opened = engine
        for line in RecoveryText.warnings(engine.recovery) { StandardError.write("Warning: \(line)\n") }
        if setup.isVerbose { StandardError.write(RecoveryText.lines(engine.recovery, path: directory)) }
        return engine
    }

    private var holdsStore: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.contains { $0 == "store.tree" || SegmentName($0).isSegment }
    }

    /// Runs one command and closes the store.
    func once(_ action: any KVAction) throws -> Int32 {
        do {
            try action.run(in: self)
            try output.flush()
        } catch {
            // What came before the error is an answer, too.
            try? output.flush()
            try? close()
            throw error
        }
        try close()
        return ExitStatus.success
    }

    func beginShell() throws {
        isShell = true
        _ = try engine(makes: true)
    }

    func close() throws {
        watches = nil
        try opened?.close()
        opened = nil
    }

    /// Waits; throws once the tool is to stop.
    func sleep(_ duration: Duration) throws {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            if stop.isRaised { throw ToolFailure.interrupted }
            usleep(50_000)
        }
    }

    // MARK: Watching beside commands

    func watch(_ request: WatchRequest, _ printer: any KVPrinter) throws {
        let engine = try engine(makes: isShell)
        let watches = watches ?? ShellWatches(engine.makeWatchStream())
        self.watches = watches
        watches.add(request, printer)
    }

    func unwatch() { watches = nil }

    /// Writes all events of what was acknowledged so far.
    func showEvents() { watches?.show(stop) }

    /// Writes the events that are there.
    func showEventsThatCame() { watches?.showThatCame() }
}

extension SegmentName {
    var isSegment: Bool { if case .segment = self { true } else { false } }
}
