import StrataDisk
import Synchronization

/// A disk around another one whose calls a test can leave out, refuse, or change.
final class TreeWrappedDisk: Disk, @unchecked Sendable {
    enum Call: Hashable {
        case create, open, read, write, sync, writeAndSync, truncate, allocate, rename, remove, syncDirectory
    }
    enum Action {
        case pass
        /// Reports success without doing it; of `writeAndSync` the write is done.
        case leaveOut
        case fail(StorageError)
    }
    typealias Rule = @Sendable (Call, _ name: String) -> Action
    /// Changes where a record of `size` bytes is read or written, or what was read.
    struct Bend: Sendable {
        var place: @Sendable (_ offset: UInt64, _ size: Int) -> UInt64 = { offset, _ in offset }
        var afterRead: @Sendable (_ bytes: UnsafeMutableRawBufferPointer, _ offset: UInt64) -> Void = { _, _ in }
    }

    private let inner: any Disk
    private let rule: Rule
    fileprivate let bend: Bend
    var path: String { inner.path }

    init(_ inner: any Disk, bend: Bend = Bend(), rule: @escaping Rule = { _, _ in .pass }) {
        self.inner = inner
        self.bend = bend
        self.rule = rule
    }

    /// Whether the call is to be made.
    fileprivate func allows(_ call: Call, _ name: String) throws(StorageError) -> Bool {
        switch rule(call, name) {
        case .pass: true
        case .leaveOut: false
        case .fail(let error): throw error
        }
    }

    func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        _ = try allows(access == .create ? .create : .open, name)
        return TreeWrappedFile(try inner.open(name, access, method: method), name, self)
    }

    func list() throws(StorageError) -> [String] { try inner.list() }

    func rename(_ name: String, to target: String) throws(StorageError) {
        if try allows(.rename, name) { try inner.rename(name, to: target) }
    }

    func remove(_ name: String) throws(StorageError) { if try allows(.remove, name) { try inner.remove(name) } }
    func syncDirectory() throws(StorageError) { if try allows(.syncDirectory, "") { try inner.syncDirectory() } }
    func lock(_ name: String) throws(StorageError) -> any DiskLock { try inner.lock(name) }
}

private final class TreeWrappedFile: File {
    private let inner: any File
    private let base: String
    private let disk: TreeWrappedDisk

    init(_ inner: any File, _ base: String, _ disk: TreeWrappedDisk) {
        self.inner = inner
        self.base = base
        self.disk = disk
    }

    var name: String { inner.name }
    var writeAlignment: Int { inner.writeAlignment }
    func size() throws(StorageError) -> UInt64 { try inner.size() }

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int {
        _ = try disk.allows(.read, base)
        let count = try inner.read(into: &bytes, at: disk.bend.place(offset, bytes.byteCount))
        bytes.withUnsafeMutableBytes { disk.bend.afterRead(.init(rebasing: $0[..<count]), offset) }
        return count
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        if try disk.allows(.write, base) { try inner.write(bytes, at: disk.bend.place(offset, bytes.byteCount)) }
    }

    func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        let place = disk.bend.place(offset, bytes.byteCount)
        if try disk.allows(.writeAndSync, base) {
            try inner.writeAndSync(bytes, at: place)
        } else {
            try inner.write(bytes, at: place)
        }
    }

    func sync() throws(StorageError) { if try disk.allows(.sync, base) { try inner.sync() } }

    func truncate(to size: UInt64) throws(StorageError) {
        if try disk.allows(.truncate, base) { try inner.truncate(to: size) }
    }

    func allocate(to size: UInt64, by way: Preallocation) throws(StorageError) {
        if try disk.allows(.allocate, base) { try inner.allocate(to: size, by: way) }
    }

    func close() throws(StorageError) { try inner.close() }
}

/// Lets a number of changing calls through, and refuses this and all later ones: a process that is killed there.
final class TreeCallLimit: Sendable {
    private let left: Mutex<Int>
    init(_ calls: Int) { left = Mutex(calls) }
    var isLeft: Bool { left.withLock { $0 >= 0 } }

    func wrap(_ disk: any Disk) -> TreeWrappedDisk {
        TreeWrappedDisk(disk) { [self] (call: TreeWrappedDisk.Call, name: String) -> TreeWrappedDisk.Action in
            guard call != TreeWrappedDisk.Call.open, call != TreeWrappedDisk.Call.read else { return .pass }
            let isKilled = left.withLock { left -> Bool in
                left -= 1
                return left < 0
            }
            return isKilled ? .fail(StorageError(kind: .powerLost, file: name)) : .pass
        }
    }
}
