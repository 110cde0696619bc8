import Dispatch
import StrataDisk
import StrataSystems
import Synchronization

/// A client on its way to the one thread that uses it.
final class ClientSeat: @unchecked Sendable {
    let work: ClientWork
    init(_ work: ClientWork) { self.work = work }
}

/// Starts client threads together and gathers what they found.
final class ClientCrew: Sendable {
    private struct State {
        var window: MeasuredWindow?
        var record: ClientRecord?
        var error: (any Error)?
    }

    private let count: Int
    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)
    private let go = DispatchSemaphore(value: 0)

    init(count: Int) { self.count = count }

    func awaitStart() -> MeasuredWindow {
        ready.signal()
        go.wait()
        guard let window = state.withLock({ $0.window }) else {
            preconditionFailure("started before the window was set")
        }
        return window
    }

    /// Waits until all threads run, and lets them go.
    func start(clock: any MonotonicClock, run: RunSettings) -> MeasuredWindow {
        for _ in 0..<count { ready.wait() }
        let window = MeasuredWindow(
            origin: clock.nanoseconds(), warmupSeconds: run.warmupSeconds, seconds: run.seconds)
        state.withLock { $0.window = window }
        for _ in 0..<count { go.signal() }
        return window
    }

    /// Adds up right away, so that only two records are in memory per running merge.
    func finish(_ result: Result<ClientRecord, any Error>, orRaise halt: StopFlag) {
        state.withLock { state in
            switch result {
            case .success(let record):
                if state.record == nil { state.record = record } else { state.record?.merge(record) }
            case .failure(let error):
                if state.error == nil { state.error = error }
                halt.raise()
            }
        }
    }

    func merged() throws -> ClientRecord? {
        try state.withLock { state in
            if let error = state.error { throw error }
            return state.record
        }
    }
}
