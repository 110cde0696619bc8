import StrataDisk
import Synchronization

/// An `EntryLog` in memory: loses everything with its process. The cost of no log, and a model to test others against.
package final class MemoryLog: EntryLog {
    private struct State {
        var first: UInt64 = 1
        var entries: [(kind: UInt8, payload: [UInt8])] = []
        var last: UInt64 { first + UInt64(entries.count) - 1 }
    }
    private let state = Mutex(State())

    package init() {}

    package var firstIndex: UInt64 { state.withLock { $0.first } }
    package var lastIndex: UInt64 { state.withLock { $0.last } }
    /// Nothing here survives a power cut.
    package var durableIndex: UInt64 { 0 }

    package func append(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        let copy = payload.withUnsafeBytes { Array($0) }
        return state.withLock { state in
            state.entries.append((kind, copy))
            return state.last
        }
    }

    package func submit(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        try append(kind: kind, payload)
    }

    package func wait(through index: UInt64) throws(StorageError) -> UInt64 { lastIndex }
    package func sync() throws(StorageError) {}

    package func read(from index: UInt64, _ body: EntryVisitor) throws(StorageError) {
        let (first, entries) = state.withLock { ($0.first, $0.entries) }
        guard index >= first else { throw .entryGone(index, first: first, file: "memory log") }
        var at = index
        while at - first < UInt64(entries.count) {
            let entry = entries[Int(at - first)]
            guard try body(at, entry.kind, entry.payload.span.bytes) else { return }
            at += 1
        }
    }

    package func truncateFront(before index: UInt64) throws(StorageError) {
        state.withLock { state in
            guard index > state.first else { return }
            let count = min(Int(index - state.first), state.entries.count)
            state.entries.removeFirst(count)
            state.first += UInt64(count)
        }
    }

    package func truncateBack(after index: UInt64) throws(StorageError) {
        try state.withLock { (state) throws(StorageError) in
            guard index + 1 >= state.first else { throw .entryGone(index, first: state.first, file: "memory log") }
            guard index < state.last else { return }
            state.entries.removeLast(Int(state.last - index))
        }
    }

    package func close() throws(StorageError) {}
}

extension StorageError {
    static func entryGone(_ index: UInt64, first: UInt64, file: String) -> StorageError {
        .init(kind: .invalid("entry \(index) was truncated away; the first is \(first)"), file: file)
    }
}
