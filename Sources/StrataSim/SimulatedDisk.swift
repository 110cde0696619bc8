import Glibc
import StrataDisk
import Synchronization

/// A directory in memory that keeps to the assumptions of `Disk` and to nothing better: the power can fail at every
/// call, syncs can fail, bits can rot.
///
/// Every call that may change something is one I/O point, numbered from 0, a failed one too: `open` with `.create`,
/// `rename`, `remove`, `syncDirectory`, `write`, `writeAndSync`, `sync`, `truncate` and `allocate`.
/// May be called from any thread; a run repeats exactly if the order of its calls does.
package final class SimulatedDisk: Disk, @unchecked Sendable {
    // Unchecked because `state` is a plain property: it is only ever reached through `locked`, so under `gate`.
    private let gate = Mutex(())
    private var state: DiskState
    package let path: String

    /// An empty disk. With `recordsTrace` every call and its bytes are kept for `CrashStates`, without bound.
    package convenience init(path: String = "/sim", recordsTrace: Bool = true) {
        self.init(path: path, state: DiskState(stored: StoredImage(), records: recordsTrace))
    }

    init(path: String, state: DiskState) {
        self.path = path
        self.state = state
    }

    @inline(__always)
    func locked<R: Sendable, E: Error>(_ body: (inout DiskState) throws(E) -> R) throws(E) -> R {
        try gate.withLock { (_) throws(E) -> R in try body(&state) }
    }

    func full(_ name: String) -> String { path + "/" + name }

    // MARK: Disk

    package func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        let file = try locked { (state) throws(StorageError) -> Int in
            try begin(.open, "open", name, isPoint: access == .create, &state)
            let existing = state.liveNames[name]
            guard access == .create else {
                guard let existing else { throw .init(kind: .missing, file: full(name)) }
                state.open(existing)
                return existing
            }
            guard existing == nil && !isLockFile(name, state) else {
                try state.perform(nil, .none, at: full(name))
                throw .io("open", EEXIST, full(name))
            }
            let file = state.live.count
            try state.perform(.create(file: file, name: name), .none, at: full(name))
            state.live.append(FileContent())
            state.liveNames[name] = file
            state.open(file)
            return file
        }
        return SimulatedFile(on: self, file: file, name: name, access, method: method)
    }

    package func list() throws(StorageError) -> [String] {
        try locked { (state) throws(StorageError) -> [String] in
            if state.isOff { throw .powerLost(path) }
            // The contract leaves the order open. Falling: the same in every run, and wrong for whoever counts on
            // the rising one.
            var names = Array(state.liveNames.keys)
            if let locks = state.locks { names += locks.created.filter { state.liveNames[$0] == nil } }
            return names.sorted(by: >)
        }
    }

    package func rename(_ name: String, to target: String) throws(StorageError) {
        try locked { (state) throws(StorageError) in
            try begin(.rename, "rename", name, isPoint: true, &state)
            guard let file = state.liveNames[name], name != target else {
                let isMissing = state.liveNames[name] == nil
                try state.perform(nil, .none, at: full(name))
                if isMissing { throw .io("rename", ENOENT, full(name)) }
                return
            }
            try state.perform(.rename(file: file, from: name, to: target), .none, at: full(name))
            state.liveNames[name] = nil
            if let replaced = state.liveNames.updateValue(file, forKey: target) { state.reclaim(replaced) }
        }
    }

    package func remove(_ name: String) throws(StorageError) {
        try locked { (state) throws(StorageError) in
            try begin(.remove, "unlink", name, isPoint: true, &state)
            guard let file = state.liveNames[name] else {
                try state.perform(nil, .none, at: full(name))
                guard state.locks?.remove(name) == true else { throw .io("unlink", ENOENT, full(name)) }
                return
            }
            try state.perform(.remove(file: file, name: name), .none, at: full(name))
            state.liveNames[name] = nil
            state.reclaim(file)
        }
    }

    package func syncDirectory() throws(StorageError) {
        try locked { (state) throws(StorageError) in
            if state.isOff { throw .powerLost(path) }
            state.spend { $0.sync(dirty: 0) }
            if case .error(let code)? = state.faults.outcome(of: .syncDirectory, on: nil) {
                try state.perform(nil, .directorySyncFailed, at: path)
                throw .io("fsync directory", code, path)
            }
            try state.perform(nil, .directorySynced, at: path)
        }
    }

    package func lock(_ name: String) throws(StorageError) -> any DiskLock {
        try locked { (state) throws(StorageError) -> SimulatedLock in
            if state.isOff { throw .powerLost(full(name)) }
            let table = state.locks ?? LockTable()
            state.locks = table
            guard table.take(name) else {
                throw .init(kind: .locked, file: full(name), remedy: "close the other one, or use another directory")
            }
            return SimulatedLock(name, in: table)
        }
    }

    private func isLockFile(_ name: String, _ state: borrowing DiskState) -> Bool {
        state.locks?.created.contains(name) ?? false
    }

    /// Power, price and faults of a call on a name. A point that fails is still one.
    private func begin(
        _ call: DiskFault.Call, _ function: String, _ name: String, isPoint: Bool, _ state: inout DiskState
    ) throws(StorageError) {
        if state.isOff { throw .powerLost(full(name)) }
        state.spend { $0.callNanoseconds }
        guard case .error(let code)? = state.faults.outcome(of: call, on: name) else { return }
        if isPoint { try state.perform(nil, .none, at: full(name)) }
        throw .io(function, code, full(name))
    }
}
