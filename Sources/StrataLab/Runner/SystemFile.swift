import Foundation

/// Small files of /proc and /sys.
enum SystemFile {
    /// Empty where there is none. Not by size, which these files do not have.
    static func text(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    /// Nil where there is none, or nothing in it.
    static func line(_ path: String) -> String? {
        let text = text(path).trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }

    /// "always [madvise] never" is "madvise"; another text is itself.
    static func choice(_ path: String) -> String? {
        guard let text = line(path) else { return nil }
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"), open < close else {
            return text
        }
        return String(text[text.index(after: open)..<close])
    }
}
