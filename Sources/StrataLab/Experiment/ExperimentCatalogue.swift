import Foundation

/// Finds experiment files: by path, or by name in `Benchmarks/experiments` of this or an enclosing directory.
package struct ExperimentCatalogue: Sendable {
    package static let folder = "Benchmarks/experiments"

    /// The catalogue's directory; nil where there is none.
    package let directory: String?

    /// Looks upwards from each of `starts` in turn.
    package init(searchingFrom starts: [String]) {
        var found: String?
        for start in starts where found == nil {
            var url = URL(fileURLWithPath: start).standardizedFileURL
            while found == nil {
                let candidate = url.appendingPathComponent(Self.folder).path
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), isDirectory.boolValue {
                    found = candidate
                }
                if url.path == "/" { break }
                url.deleteLastPathComponent()
            }
        }
        directory = found
    }

    /// From the working directory, then from where the executable is.
    package static func standard() -> ExperimentCatalogue {
        let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .path
        return .init(searchingFrom: [FileManager.default.currentDirectoryPath, executable])
    }

    /// Names in order, without `.toml`.
    package func names() -> [String] {
        guard let directory, let files = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            return []
        }
        return files.filter { $0.hasSuffix(".toml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// `name` is a name of the catalogue or a path to a `.toml` file.
    package func load(
        _ name: String, quick: Bool = false, words: Vocabulary = .standard
    ) throws(ExperimentError) -> Experiment {
        let path: String
        if name.hasSuffix(".toml") || name.contains("/") {
            path = name
        } else if let directory, names().contains(name) {
            path = "\(directory)/\(name).toml"
        } else {
            let place = directory.map { "in \($0)" } ?? "here: no \(Self.folder) in this or an enclosing directory"
            throw .init(
                file: name, message: "no experiment of that name \(place)",
                suggestion: Suggestion.nearest(to: name, in: names()))
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .init(file: path, message: "cannot be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw .init(file: path, message: "is not UTF-8 text")
        }
        return try Experiment(text: text, file: path, quick: quick, words: words)
    }
}
