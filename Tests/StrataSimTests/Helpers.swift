import StrataDisk
import StrataSim

/// Small words for tests: bytes in and out of files.
extension File {
    func write(_ bytes: [UInt8], at offset: Int) throws(StorageError) {
        try write(bytes.span.bytes, at: UInt64(offset))
    }

    func writeAndSync(_ bytes: [UInt8], at offset: Int) throws(StorageError) {
        try writeAndSync(bytes.span.bytes, at: UInt64(offset))
    }

    func bytes() throws -> [UInt8] {
        var result = run(0xEE, Int(try size()))
        let count = try result.withUnsafeMutableBytes { buffer in
            var span = buffer.mutableBytes
            return try read(into: &span, at: 0)
        }
        return Array(result[..<count])
    }
}

extension Disk {
    func create(_ name: String, method: SyncMethod = .fdatasync) throws(StorageError) -> any File {
        try open(name, .create, method: method)
    }

    /// The bytes of `name`, or nil where there is no such file.
    func bytes(of name: String) throws -> [UInt8]? {
        guard try list().contains(name) else { return nil }
        return try open(name, .read, method: .fdatasync).bytes()
    }
}

/// `count` bytes of one value.
func run(_ value: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: value, count: count) }

/// A disk with a durable file "f" of `bytes`, and that file.
func diskWithFile(
    _ bytes: [UInt8], method: SyncMethod = .fdatasync
) throws -> (disk: SimulatedDisk, file: any File) {
    let disk = SimulatedDisk()
    disk.install("f", bytes)
    return (disk, try disk.open("f", .readWrite, method: method))
}

/// All files of a disk, as a value to compare.
func files(of disk: any Disk) throws -> [String: [UInt8]] {
    try Dictionary(uniqueKeysWithValues: disk.list().map { ($0, try disk.bytes(of: $0)!) })
}

/// Every outcome of a power cut at `point`, each once.
func outcomes(of trace: DiskTrace, at point: Int) throws -> Set<[String: [UInt8]]> {
    var bounds = CrashStates.Bounds()
    bounds.subsets = 1 << 14
    bounds.points = point..<point + 1
    var result: Set<[String: [UInt8]]> = []
    try CrashStates(of: trace, bounds: bounds).forEach { result.insert(try files(of: $0.disk)) }
    return result
}
