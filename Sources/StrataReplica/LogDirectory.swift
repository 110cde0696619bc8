import StrataDisk
import StrataWAL

/// A directory that a log shares with its machine's files: the log, which refuses to begin in a directory of other things, is
/// shown its own files only.
package final class LogDirectory: Disk {
    private let disk: any Disk

    package init(_ disk: any Disk) { self.disk = disk }

    package var path: String { disk.path }

    package func list() throws(StorageError) -> [String] { try disk.list().filter { SegmentName($0) != .foreign } }

    package func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        try disk.open(name, access, method: method)
    }

    package func rename(_ name: String, to target: String) throws(StorageError) { try disk.rename(name, to: target) }
    package func remove(_ name: String) throws(StorageError) { try disk.remove(name) }
    package func syncDirectory() throws(StorageError) { try disk.syncDirectory() }
    package func lock(_ name: String) throws(StorageError) -> any DiskLock { try disk.lock(name) }
}
