import Foundation

/// The commit that a run was made from, where it was made in a checkout.
struct SourceRevision {
    private(set) var commit: String?
    private(set) var isDirty: Bool?

    /// Asks git, which may be missing, about `directory`.
    init(directory: String) {
        guard let commit = Self.git(["rev-parse", "HEAD"], directory),
            let status = Self.git(["status", "--porcelain"], directory)
        else { return }
        self.commit = commit
        isDirty = !status.isEmpty
    }

    private static func git(_ arguments: [String], _ directory: String) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", directory] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
