import Foundation

/// Whole text files, read and written for reports.
enum FileText {
    static func read(_ path: String) throws(ReportError) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            let exists = FileManager.default.fileExists(atPath: path)
            throw ReportError(file: path, reason: exists ? "cannot be read as UTF-8 text" : "no such file")
        }
    }

    /// Nil where there is no such file; throws where there is one that cannot be read.
    static func readIfPresent(_ path: String) throws(ReportError) -> String? {
        FileManager.default.fileExists(atPath: path) ? try read(path) : nil
    }

    /// Through a temporary name and a rename, so that a reader sees the old file or the new one and never half of one.
    static func write(_ text: String, to path: String) throws(ReportError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ReportError(file: path, reason: "cannot be written: \(error.localizedDescription)")
        }
    }

    static func makeDirectory(_ path: String) throws(ReportError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw ReportError(file: path, reason: "cannot be made: \(error.localizedDescription)")
        }
    }
}
