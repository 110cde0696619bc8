import Synchronization

/// Which revision readers may see, from the index through which the log is acknowledged.
///
/// Most commands make one revision each, so that revision - index stays the same over long runs of the log: only where it
/// changes something is noted. One thread applies, any may acknowledge and read.
final class AcknowledgedRevision: Sendable {
    /// From `first` to the next run, revision = index + `offset`.
    private struct Run {
        var first: UInt64
        var offset: Int64
    }

    private struct Runs {
        /// Ascending. Those before `head` are behind what is acknowledged.
        var runs: [Run]
        var head = 0
    }

    private let runs: Mutex<Runs>
    private let index: Atomic<UInt64>
    private let revision: Atomic<Int64>
    /// Of the newest run; written by the applying thread alone.
    private let newestOffset: Atomic<Int64>

    /// What an opened store holds is acknowledged.
    init(index: UInt64, revision: Int64) {
        let offset = revision &- Int64(bitPattern: index)
        runs = Mutex(Runs(runs: [Run(first: index, offset: offset)]))
        self.index = Atomic(index)
        self.revision = Atomic(revision)
        newestOffset = Atomic(offset)
    }

    /// The newest revision that readers may see.
    @inline(__always)
    var visible: Int64 { revision.load(ordering: .acquiring) }

    /// The entry at `index` is applied, and `revision` the store's since.
    @inline(__always)
    func applied(_ index: UInt64, _ revision: Int64) {
        let offset = revision &- Int64(bitPattern: index)
        if offset != newestOffset.load(ordering: .relaxed) { begin(Run(first: index, offset: offset)) }
    }

    private func begin(_ run: Run) {
        newestOffset.store(run.offset, ordering: .relaxed)
        runs.withLock { $0.runs.append(run) }
    }

    /// Late calls, and calls out of order, change nothing.
    func acknowledge(through index: UInt64) {
        guard index > self.index.load(ordering: .acquiring) else { return }
        runs.withLock { state in
            guard index > self.index.load(ordering: .relaxed) else { return }
            while state.head + 1 < state.runs.count, state.runs[state.head + 1].first <= index { state.head += 1 }
            if state.head > 64, state.head > state.runs.count / 2 {
                state.runs.removeFirst(state.head)
                state.head = 0
            }
            revision.store(Int64(bitPattern: index) &+ state.runs[state.head].offset, ordering: .releasing)
            self.index.store(index, ordering: .releasing)
        }
    }
}
