import Foundation
import StrataDisk
import StrataJournal
import StrataRESP
import StrataRedis

/// Commands that an append-only file gives, and records of its dumps.
final class Replayed {
    let commands: [[String]]
    let records: [RDBRecord]
    let report: AOFLoader.Report

    /// Commands without SELECT, MULTI and EXEC.
    var changes: [[String]] { commands.filter { !["SELECT", "MULTI", "EXEC"].contains($0[0]) } }

    init(_ directory: AOFDirectory, loadsTruncated: Bool = true) throws(AOFError) {
        var loader = AOFLoader()
        loader.loadsTruncated = loadsTruncated
        var records: [RDBRecord] = []
        var commands: [[String]] = []
        var queued: [[String]]?
        let visitor = RDBRecordCollector { records.append($0) }
        report = try loader.load(directory, dump: visitor) { arguments in
            let words = arguments.words.map { String(decoding: $0, as: UTF8.self) }
            if words[0] == "bla" || words[0].utf8.contains(0) { return false }
            if words[0] == "MULTI" {
                queued = [words]
            } else if queued != nil {
                queued?.append(words)
                if words[0] == "EXEC", let all = queued {
                    commands += all
                    queued = nil
                }
            } else {
                commands.append(words)
            }
            return true
        }
        self.records = records
        self.commands = commands
    }
}

extension CommandEncoder {
    /// One command in words.
    func add(in database: Int, _ words: String...) {
        command(in: database, words.count) { encoder in for word in words { encoder.add(text: word) } }
    }
}

extension AOFWriter {
    /// One unit of one command.
    @discardableResult
    func put(_ words: String..., in database: Int = 0, now: Int64 = 0) throws(StorageError) -> UInt64? {
        let unit = CommandEncoder()
        unit.command(in: database, words.count) { encoder in for word in words { encoder.add(text: word) } }
        return try append(unit, now: now)
    }
}

/// A disk that forgets some of what it is asked to do.
final class CarelessDisk: Disk, @unchecked Sendable {
    enum Carelessness: Sendable, CaseIterable {
        /// Names are never made durable.
        case noDirectorySync
        /// A file gets its name before its bytes are durable.
        case renameBeforeSync
        /// The manifest is overwritten where it stands.
        case manifestInPlace
        /// Appends are acknowledged before they are synced.
        case noAppendSync
    }
    private let inner: any Disk
    private let carelessness: Carelessness

    init(_ inner: any Disk, _ carelessness: Carelessness) {
        self.inner = inner
        self.carelessness = carelessness
    }

    var path: String { inner.path }

    private func isManifest(_ name: String) -> Bool { name.hasPrefix("temp-") && name.hasSuffix(".manifest") }

    func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        if carelessness == .manifestInPlace, access == .create, isManifest(name) {
            let target = String(name.dropFirst(5))
            let exists = try inner.list().contains(target)
            let file = try inner.open(target, exists ? .readWrite : .create, method: method)
            try file.truncate(to: 0)
            return file
        }
        let file = try inner.open(name, access, method: method)
        let forgets =
            switch carelessness {
            case .renameBeforeSync: access == .create && name.hasPrefix("temp-")
            case .noAppendSync: name.hasSuffix(".incr.aof")
            case .noDirectorySync, .manifestInPlace: false
            }
        return forgets ? CarelessFile(file) : file
    }

    func list() throws(StorageError) -> [String] { try inner.list() }

    func rename(_ name: String, to target: String) throws(StorageError) {
        if carelessness == .manifestInPlace, isManifest(name) { return }
        try inner.rename(name, to: target)
    }

    func remove(_ name: String) throws(StorageError) { try inner.remove(name) }
    func syncDirectory() throws(StorageError) {
        if carelessness != .noDirectorySync { try inner.syncDirectory() }
    }
    func lock(_ name: String) throws(StorageError) -> any DiskLock { try inner.lock(name) }
}

private final class CarelessFile: File {
    private let inner: any File
    init(_ inner: any File) { self.inner = inner }
    var name: String { inner.name }
    var writeAlignment: Int { inner.writeAlignment }
    func size() throws(StorageError) -> UInt64 { try inner.size() }
    func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int {
        try inner.read(into: &bytes, at: offset)
    }
    func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) { try inner.write(bytes, at: offset) }
    func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) { try inner.write(bytes, at: offset) }
    func sync() throws(StorageError) {}
    func truncate(to size: UInt64) throws(StorageError) { try inner.truncate(to: size) }
    func allocate(to size: UInt64, by way: Preallocation) throws(StorageError) { try inner.allocate(to: size, by: way) }
    func close() throws(StorageError) { try inner.close() }
}
