import StrataDisk
import Synchronization

/// The growing end of one file: knows its position, keeps the rules of aligned writes, and picks the cheapest durable
/// call. One writer; `sync` may run beside it on another thread.
package final class AppendFile: @unchecked Sendable {
    package let file: any File
    /// Bytes from the start of the file to the next append.
    package private(set) var position: UInt64
    /// Bytes given to the kernel and calls made.
    package private(set) var counters = WriteCounters()
    private let alignment: Int
    /// Under aligned writes: the bytes since the last whole block, then room for the next append.
    private let tail: IOBuffer?
    /// Plain writes that have returned, and how many of them a completed sync covers.
    private let written = Atomic<UInt64>(0)
    private let synced = Atomic<UInt64>(0)

    /// Appends at `position`, which is 0 or where earlier content ends. `existingTail` is that content's bytes since
    /// the last multiple of the file's alignment: aligned writes repeat them.
    package init(_ file: any File, position: UInt64 = 0, existingTail: [UInt8] = []) {
        self.file = file
        self.position = position
        alignment = file.writeAlignment
        precondition(existingTail.count == Int(position) % file.writeAlignment, "the tail of the last block is missing")
        tail = alignment > 1 ? IOBuffer() : nil
        if let tail { tail.append(existingTail.span.bytes) }
    }

    /// The same end of the same content through another handle: the file was renamed and opened again.
    package func continued(on file: any File) -> AppendFile {
        let rest = tail?.withBytes { span in span.withUnsafeBytes { Array($0) } } ?? []
        let next = AppendFile(file, position: position, existingTail: rest)
        next.counters = counters
        next.written.store(written.load(ordering: .acquiring), ordering: .releasing)
        next.synced.store(synced.load(ordering: .acquiring), ordering: .releasing)
        return next
    }

    /// Hands `bytes` to the kernel; durable on return where `durably`.
    package func append(_ bytes: RawSpan, durably: Bool) throws(StorageError) {
        if let tail {
            let start = position - UInt64(tail.count)
            tail.append(bytes)
            let used = tail.count
            // The rest of the last block is zeros, which no reader takes for data. Sectors that hold earlier bytes are
            // written again with the same bytes: torn at sectors, they read the same.
            tail.append(zeros: (alignment - used % alignment) % alignment)
            try tail.withBytes { (padded) throws(StorageError) in try put(padded, at: start, durably: durably) }
            tail.truncate(to: used)
            tail.removeFirst(used / alignment * alignment)
        } else {
            try put(bytes, at: position, durably: durably)
        }
        position += UInt64(bytes.byteCount)
    }

    private func put(_ bytes: RawSpan, at offset: UInt64, durably: Bool) throws(StorageError) {
        counters.bytes += UInt64(bytes.byteCount)
        counters.writes += 1
        if durably && synced.load(ordering: .acquiring) == written.load(ordering: .relaxed) {
            counters.syncs += 1
            try file.writeAndSync(bytes, at: offset)
        } else {
            try file.write(bytes, at: offset)
            written.add(1, ordering: .releasing)
            if durably {
                counters.syncs += 1
                try sync()
            }
        }
    }

    /// Makes every append that has returned durable. Not counted in `counters`, which belong to the writer.
    package func sync() throws(StorageError) {
        // Writes that return while the sync runs are not counted as covered.
        let covered = written.load(ordering: .acquiring)
        try file.sync()
        synced.max(covered, ordering: .releasing)
    }
}
