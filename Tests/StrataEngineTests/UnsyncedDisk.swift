import StrataDisk

/// A disk whose user forgets syncs: those of the files whose names begin with `files`, or those of the directory.
final class UnsyncedDisk: Disk {
    private let disk: any Disk
    private let files: String
    private let names: Bool

    init(_ disk: any Disk, files: String, names: Bool) {
        self.disk = disk
        self.files = files
        self.names = names
    }

    var path: String { disk.path }
    func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        let file = try disk.open(name, access, method: method)
        // A log's segment is made under the name of a spare one.
        let isForgotten = name.hasPrefix(files) || files == "wal-" && name.hasPrefix("pool-")
        return isForgotten ? UnsyncedFile(file) : file
    }
    func list() throws(StorageError) -> [String] { try disk.list() }
    func rename(_ name: String, to target: String) throws(StorageError) { try disk.rename(name, to: target) }
    func remove(_ name: String) throws(StorageError) { try disk.remove(name) }
    func syncDirectory() throws(StorageError) { if !names { try disk.syncDirectory() } }
    func lock(_ name: String) throws(StorageError) -> any DiskLock { try disk.lock(name) }
}

private final class UnsyncedFile: File {
    private let file: any File
    init(_ file: any File) { self.file = file }
    var name: String { file.name }
    var writeAlignment: Int { file.writeAlignment }
    func size() throws(StorageError) -> UInt64 { try file.size() }
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int {
        try file.read(into: &bytes, at: offset)
    }
    func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) { try file.write(bytes, at: offset) }
    func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) { try file.write(bytes, at: offset) }
    func sync() throws(StorageError) {}
    func truncate(to size: UInt64) throws(StorageError) { try file.truncate(to: size) }
    func allocate(to size: UInt64, by way: Preallocation) throws(StorageError) { try file.allocate(to: size, by: way) }
    func close() throws(StorageError) { try file.close() }
}
