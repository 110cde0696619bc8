import Foundation

/// A fresh, empty directory under the system's temporary directory (`TMPDIR`, else `/tmp`). It goes with everything in it
/// when the last reference does; `remove` does so earlier.
///
/// Keep a reference as long as files in it are in use: a suite's stored property, a local of the test, or the scope of
/// `withTemporaryDirectory`.
package final class TemporaryDirectory: Sendable {
    /// Absolute, without a slash at the end.
    package let path: String

    /// `label` appears in the directory's name, so that a leftover of a killed run can be told.
    package init(_ label: String = "test") throws {
        let root = FileManager.default.temporaryDirectory.path
        var template = Array("\(root)/strata-\(label)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: root])
        }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit { remove() }

    /// The path of `name` in the directory. Nothing is created.
    package func file(_ name: String) -> String { path + "/" + name }

    /// Writes a whole file, replacing an older one; for tests that prepare or damage bytes behind a layer's back.
    package func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
    }

    package func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
    }

    /// Names of everything in it, sorted.
    package func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Idempotent. Failures are ignored: what cannot be removed is left to the system's own cleaning.
    package func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// Lends a fresh directory to `body` and removes it afterwards, also when `body` throws.
package func withTemporaryDirectory<R, E: Error>(
    _ label: String = "test", _ body: (TemporaryDirectory) throws(E) -> R
) throws -> R {
    let directory = try TemporaryDirectory(label)
    defer { directory.remove() }
    return try body(directory)
}
