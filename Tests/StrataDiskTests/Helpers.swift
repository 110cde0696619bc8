import Foundation
import StrataDisk
import StrataTesting
import Testing

/// Runs a system tool and returns its exit status, or nil where it is not installed.
func run(_ tool: String, _ arguments: [String]) -> Int32? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    process.waitUntilExit()
    return process.terminationStatus == 127 ? nil : process.terminationStatus
}

/// Lends a tmpfs of `kilobytes`, mounted for the time of `body` and unmounted also when it throws. False where this
/// process may not mount.
func withSmallFileSystem(
    kilobytes: Int, _ body: (TemporaryDirectory) throws -> Void
) throws -> Bool {
    try withTemporaryDirectory("mount") { directory in
        guard run("mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "strata-test", directory.path]) == 0 else {
            return false
        }
        // Lazily: a file that a failed test left open must not keep it.
        defer { _ = run("umount", ["-l", directory.path]) }
        try body(directory)
        return true
    }
}

extension File {
    /// `count` bytes from `offset`, or as many as there are.
    func bytes(_ count: Int, at offset: UInt64 = 0) throws(StorageError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: count)
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        let got = try read(into: &room, at: offset)
        return Array(bytes[..<got])
    }
}

/// `count` bytes that differ from block to block, at an address that direct writes accept.
func pattern(_ count: Int, seed: UInt64 = 1) -> IOBuffer {
    var random = SeededRandom(seed: seed)
    let buffer = IOBuffer(capacity: count)
    for _ in 0..<count { buffer.append(littleEndian: UInt8(truncatingIfNeeded: random.next())) }
    return buffer
}

extension IOBuffer {
    var array: [UInt8] { withBytes { bytes in bytes.withUnsafeBytes { Array($0) } } }
}

/// The failure of `body`, which must be a `StorageError`.
func failure<R>(_ body: () throws -> R, sourceLocation: SourceLocation = #_sourceLocation) -> StorageError? {
    do {
        _ = try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as StorageError {
        return error
    } catch {
        Issue.record("\(error) is no StorageError", sourceLocation: sourceLocation)
    }
    return nil
}
