import StrataDisk
import Synchronization

/// A disk around another one whose calls a test can watch, refuse, or leave out.
final class WrappedDisk: Disk, @unchecked Sendable {
    enum Call: Hashable {
        case create, open, read, write, sync, writeAndSync, truncate, allocate, rename, remove, syncDirectory
    }
    enum Action {
        case pass
        /// Reports success without doing it; of `writeAndSync` the write is done.
        case leaveOut
        case fail(StorageError)
        /// A failed sync is tried again, and the second answer believed.
        case tryAgain
    }
    typealias Rule = @Sendable (Call, _ name: String) -> Action
    /// Changes bytes that were read: file name, offset, bytes.
    typealias Patch = @Sendable (_ file: any File, _ name: String) -> [UInt8]?

    let inner: any Disk
    let rule: Rule
    let patch: Patch?
    var path: String { inner.path }

    init(_ inner: any Disk, rule: @escaping Rule = { _, _ in .pass }, patch: Patch? = nil) {
        self.inner = inner
        self.patch = patch
        self.rule = rule
    }

    /// Whether the call is to be made.
    func allows(_ call: Call, _ name: String) throws(StorageError) -> Bool {
        switch rule(call, name) {
        case .pass, .tryAgain: true
        case .leaveOut: false
        case .fail(let error): throw error
        }
    }

    func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        _ = try allows(access == .create ? .create : .open, name)
        let file = try inner.open(name, access, method: method)
        return WrappedFile(file, base: name, self, image: access == .read ? patch?(file, name) : nil)
    }

    func list() throws(StorageError) -> [String] { try inner.list() }

    func rename(_ name: String, to target: String) throws(StorageError) {
        if try allows(.rename, name) { try inner.rename(name, to: target) }
    }

    func remove(_ name: String) throws(StorageError) { if try allows(.remove, name) { try inner.remove(name) } }
    func syncDirectory() throws(StorageError) { if try allows(.syncDirectory, "") { try inner.syncDirectory() } }
    func lock(_ name: String) throws(StorageError) -> any DiskLock { try inner.lock(name) }
}

private final class WrappedFile: File {
    private let inner: any File
    private let base: String
    private let disk: WrappedDisk
    /// Read instead of the file.
    private let image: [UInt8]?

    init(_ inner: any File, base: String, _ disk: WrappedDisk, image: [UInt8]?) {
        self.inner = inner
        self.base = base
        self.disk = disk
        self.image = image
    }

    var name: String { inner.name }
    var writeAlignment: Int { inner.writeAlignment }
    func size() throws(StorageError) -> UInt64 { try inner.size() }

    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int {
        _ = try disk.allows(.read, base)
        guard let image else { return try inner.read(into: &bytes, at: offset) }
        return bytes.withUnsafeMutableBytes { target in
            let count = max(0, min(target.count, image.count - Int(offset)))
            target.copyBytes(from: image[Int(offset)..<Int(offset) + count])
            return count
        }
    }

    func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        if try disk.allows(.write, base) { try inner.write(bytes, at: offset) }
    }

    func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        switch disk.rule(.writeAndSync, base) {
        case .pass: try inner.writeAndSync(bytes, at: offset)
        case .leaveOut: try inner.write(bytes, at: offset)
        case .fail(let error): throw error
        case .tryAgain: do { try inner.writeAndSync(bytes, at: offset) } catch { try inner.sync() }
        }
    }

    func sync() throws(StorageError) {
        switch disk.rule(.sync, base) {
        case .pass: try inner.sync()
        case .leaveOut: return
        case .fail(let error): throw error
        case .tryAgain: do { try inner.sync() } catch { try inner.sync() }
        }
    }

    func truncate(to size: UInt64) throws(StorageError) {
        if try disk.allows(.truncate, base) { try inner.truncate(to: size) }
    }

    func allocate(to size: UInt64, by way: Preallocation) throws(StorageError) {
        if try disk.allows(.allocate, base) { try inner.allocate(to: size, by: way) }
    }

    func close() throws(StorageError) { try inner.close() }
}

/// Lets a number of changing calls through, and refuses this and all later ones: a process that is killed there.
final class CallLimit: Sendable {
    private let left: Mutex<Int>
    init(_ calls: Int) { left = Mutex(calls) }

    func wrap(_ disk: any Disk) -> WrappedDisk {
        WrappedDisk(disk) { [self] (call: WrappedDisk.Call, name: String) -> WrappedDisk.Action in
            guard call != WrappedDisk.Call.open, call != WrappedDisk.Call.read else { return .pass }
            let isKilled = left.withLock { left -> Bool in
                left -= 1
                return left < 0
            }
            return isKilled ? .fail(StorageError(kind: .powerLost, file: name)) : .pass
        }
    }
}
