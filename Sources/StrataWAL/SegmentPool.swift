import StrataDisk
import StrataJournal
import Synchronization

/// Files with their blocks already allocated, waiting to become segments: retired ones, and one prepared ahead, so that a
/// rotation costs three syncs and not a segment's worth of writing.
final class SegmentPool: Sendable {
    private struct State {
        var ready: [String]
        var nextNumber: Int
        var preparing: WorkerThread?
    }

    private let disk: any Disk
    private let options: WALOptions
    private let state: Mutex<State>

    /// `found`: pool files that an earlier life left. Whatever they hold is of no consequence: a segment's salt is new.
    init(disk: any Disk, options: WALOptions, found: [String]) {
        self.disk = disk
        self.options = options
        let numbers = found.compactMap { name -> Int? in
            if case .pool(let number) = SegmentName(name) { number } else { nil }
        }
        state = Mutex(State(ready: found, nextNumber: (numbers.max() ?? 0) + 1))
    }

    /// The name of a file of the segment size, which is the caller's from now on.
    func take() throws(StorageError) -> String {
        finishPreparing()
        let ready = state.withLock { $0.ready.popLast() }
        guard let ready else { return try make() }
        try fill(ready)
        return ready
    }

    /// Prepares the next file on a thread of its own, unless one is ready.
    func prepareAhead() {
        guard case .threads = options.threading else { return }
        state.withLock { state in
            guard state.ready.isEmpty, state.preparing == nil else { return }
            state.preparing = WorkerThread(name: "wal-prepare") { [self] in
                // A full disk is no error before the room is needed: `take` meets it again and reports it.
                guard let name = try? make() else { return }
                self.state.withLock { $0.ready.append(name) }
            }
        }
    }

    /// Keeps a retired segment's blocks, or removes it where there are enough. Its name is gone durably on return.
    func recycle(_ segment: String) throws(StorageError) {
        let target = state.withLock { state -> String? in
            guard state.ready.count < options.recycledSegments else { return nil }
            state.nextNumber += 1
            return SegmentName.pool(state.nextNumber - 1)
        }
        if let target {
            try disk.rename(segment, to: target)
        } else {
            try disk.remove(segment)
        }
        try disk.syncDirectory()
        if let target { state.withLock { $0.ready.insert(target, at: 0) } }
    }

    /// Removes all files. Under a log that begins anew, and may use numbers again, a segment of the past would fit in: under
    /// `.never` its old header can come back.
    func discard() throws(StorageError) {
        finishPreparing()
        let names = state.withLock { state in
            defer { state.ready = [] }
            return state.ready
        }
        for name in names { try disk.remove(name) }
    }

    func close() { finishPreparing() }

    private func finishPreparing() {
        let thread = state.withLock { state -> WorkerThread? in
            defer { state.preparing = nil }
            return state.preparing
        }
        thread?.join()
    }

    /// A name that no file has.
    func newName() -> String {
        state.withLock { state in
            state.nextNumber += 1
            return SegmentName.pool(state.nextNumber - 1)
        }
    }

    private func make() throws(StorageError) -> String {
        let name = newName()
        do {
            let file = try disk.open(name, .create, method: .fdatasync)
            try fill(file)
            try file.close()
        } catch {
            try? disk.remove(name)  // a part of a segment would only keep the full disk full
            throw error
        }
        return name
    }

    /// A recycled segment was cut to its end when it was sealed.
    private func fill(_ name: String) throws(StorageError) {
        let file = try disk.open(name, .readWrite, method: .fdatasync)
        if try file.size() != UInt64(options.segmentBytes) { try fill(file) }
        try file.close()
    }

    private func fill(_ file: any File) throws(StorageError) {
        let target = UInt64(options.segmentBytes)
        let size = try file.size()
        if size > target { try file.truncate(to: target) }
        // Zeros are written in whole blocks: a cut end is cut down to one first.
        if size < target, size % 4096 != 0 { try file.truncate(to: size / 4096 * 4096) }
        try file.allocate(to: target, by: options.effectivePreallocation)
        if options.policy != .never { try file.sync() }
    }
}
