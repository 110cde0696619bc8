import StrataDisk
import Synchronization

/// The lock files of one running system. `list` shows them and `remove` takes them away, but they are no files of the
/// disk: they cannot be opened, no power cut decides over them, and a reboot starts without them.
final class LockTable: Sendable {
    private struct Names {
        var held: Set<String> = []
        /// Also those released since: a lock file stays when its lock goes.
        var created: Set<String> = []
    }

    private let names = Mutex(Names())

    var created: Set<String> { names.withLock { $0.created } }

    /// False if it is taken.
    func take(_ name: String) -> Bool {
        names.withLock { names in
            names.created.insert(name)
            return names.held.insert(name).inserted
        }
    }

    func release(_ name: String) { names.withLock { _ = $0.held.remove(name) } }

    /// False if there is no such lock file.
    func remove(_ name: String) -> Bool { names.withLock { $0.created.remove(name) != nil } }
}

final class SimulatedLock: DiskLock {
    private let table: LockTable
    private let name: String

    init(_ name: String, in table: LockTable) {
        self.table = table
        self.name = name
    }

    deinit { table.release(name) }
}
