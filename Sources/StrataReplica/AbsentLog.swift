import StrataDisk
import StrataWAL
import Synchronization

/// No log: numbers entries and forgets them. What a machine applied since its last checkpoint is lost with the process.
package final class AbsentLog: RestartableLog {
    private let last = Atomic<UInt64>(0)

    package init() {}

    package var firstIndex: UInt64 { lastIndex + 1 }
    package var lastIndex: UInt64 { last.load(ordering: .acquiring) }
    package var durableIndex: UInt64 { 0 }

    package func append(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        last.add(1, ordering: .acquiringAndReleasing).newValue
    }

    package func submit(kind: UInt8, _ payload: RawSpan) throws(StorageError) -> UInt64 {
        try append(kind: kind, payload)
    }

    package func wait(through index: UInt64) throws(StorageError) -> UInt64 { lastIndex }
    package func sync() throws(StorageError) {}
    package func read(from index: UInt64, _ body: EntryVisitor) throws(StorageError) {}
    package func truncateFront(before index: UInt64) throws(StorageError) {}
    package func truncateBack(after index: UInt64) throws(StorageError) {}
    package func close() throws(StorageError) {}
    package func reset(next: UInt64) throws(StorageError) { last.store(next - 1, ordering: .releasing) }
}
