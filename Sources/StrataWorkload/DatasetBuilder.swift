import Foundation
import StrataDisk

/// How far the building of a dataset is.
package struct DatasetProgress: Sendable, Equatable {
    /// The file being read.
    package var input: String
    package var inputsDone: Int
    package var inputs: Int
    /// Size of the dataset so far.
    package var bytes: Int
}

/// Makes a dataset's text out of a Debian system's files: checked records, joined as their format joins them.
package struct DatasetBuilder {
    let source: Dataset.DebianSource
    let format: RecordFormat
    let places: DatasetPlaces
    /// Bytes after which further records are left out; at most `Corpus.maximumSize`.
    package var limit = Corpus.maximumSize
    package private(set) var text: [UInt8] = []
    package private(set) var isCutShort = false

    package init(source: Dataset.DebianSource, format: RecordFormat, places: DatasetPlaces) {
        self.source = source
        self.format = format
        self.places = places
    }

    package mutating func add(_ input: String) throws(StorageError) {
        guard !isCutShort else { return }
        let records: [Corpus.Record]
        let found: [UInt8]
        switch source {
        case .packageLists:
            found = try decompressed(input)
            records = try format.split(found, file: input)
        case .wordLists:
            found = try TextFile.read(input, limit: Corpus.maximumSize)
            records = try format.split(found, file: input)
        case .isoCodes:
            found = try Self.documents(in: TextFile.read(input, limit: Corpus.maximumSize), file: input)
            records = try format.split(found, file: input)
        }
        for record in records {
            guard text.count + Int(record.size) + 2 * format.separator.count <= limit else {
                isCutShort = true
                return
            }
            if !text.isEmpty, format == .stanzas { text.append(0x0A) }
            text += found[Int(record.start)..<Int(record.start) + Int(record.size)]
            text.append(0x0A)
        }
    }

    /// A package list through apt's own reader, which knows every way that apt may have compressed it.
    private func decompressed(_ list: String) throws(StorageError) -> [UInt8] {
        let helper = Process()
        helper.executableURL = URL(fileURLWithPath: places.aptHelper)
        helper.arguments = ["cat-file", list]
        let output = Pipe()
        helper.standardOutput = output
        helper.standardError = FileHandle.nullDevice
        do {
            try helper.run()
        } catch {
            throw StorageError(
                kind: .invalid("cannot be run: \(error.localizedDescription)"), file: places.aptHelper)
        }
        let found: [UInt8]
        do throws(StorageError) {
            found = try TextFile.read(
                output.fileHandleForReading.fileDescriptor, file: list, limit: Corpus.maximumSize)
        } catch {
            helper.terminate()
            helper.waitUntilExit()
            throw error
        }
        helper.waitUntilExit()
        guard helper.terminationReason == .exit, helper.terminationStatus == 0 else {
            throw StorageError(
                kind: .invalid("\(places.aptHelper) cat-file ended with status \(helper.terminationStatus)"),
                file: list,
                remedy: "run `apt-get update`")
        }
        return found
    }

    /// The objects of all arrays of an iso-codes file, one a line, keys sorted, without white space.
    static func documents(in bytes: [UInt8], file: String) throws(StorageError) -> [UInt8] {
        func corrupt(_ expected: String, _ found: String, at offset: Int = 0) -> StorageError {
            StorageError(
                kind: .corrupt(field: "JSON", expected: expected, found: found), file: file, offset: UInt64(offset))
        }
        let root: Any
        do {
            root = try JSONSerialization.jsonObject(with: Data(bytes))
        } catch {
            let offset = (error as NSError).userInfo["NSJSONSerializationErrorIndex"] as? Int ?? 0
            throw corrupt("a JSON text", error.localizedDescription, at: offset)
        }
        guard let tables = root as? [String: [[String: Any]]] else {
            throw corrupt("an object of arrays of objects", "something else")
        }
        var text: [UInt8] = []
        for (_, entries) in tables.sorted(by: { $0.key < $1.key }) {
            for entry in entries {
                guard
                    let line = try? JSONSerialization.data(
                        withJSONObject: entry, options: [.sortedKeys, .withoutEscapingSlashes])
                else { throw corrupt("objects that can be written again", "another") }
                text += line
                text.append(0x0A)
            }
        }
        return text
    }
}

extension Dataset {
    /// Builds the dataset into the cache directory, replacing an older one, and tells `progress` before every input.
    ///
    /// Throws `.missing` with a remedy where the system does not have what it is made of, `.corrupt` with file and offset
    /// where that is malformed, `.invalid` for a dataset that is part of the project. A failure leaves an older one in place.
    @discardableResult
    package func build(
        in places: DatasetPlaces = .system, progress: (DatasetProgress) -> Void = { _ in }
    ) throws(StorageError) -> DatasetSidecar {
        guard case .debian(let source, let file) = origin else {
            throw StorageError(kind: .invalid("is part of the project, so there is nothing to build"), file: name)
        }
        let inputs = try source.inputs(in: places)
        var builder = DatasetBuilder(source: source, format: format, places: places)
        for (index, input) in inputs.enumerated() {
            progress(
                DatasetProgress(input: input, inputsDone: index, inputs: inputs.count, bytes: builder.text.count))
            try builder.add(input)
        }
        let path = places.cacheDirectory + "/" + file
        let corpus = Corpus(
            name: name, format: format, text: builder.text, records: try format.split(builder.text, file: path))
        let sidecar = DatasetSidecar(
            name: name, summary: summary, licence: licence, source: self.source, inputs: inputs, format: format,
            records: corpus.count, bytes: corpus.text.count, crc32c: corpus.crc32c, isCutShort: builder.isCutShort,
            builtAt: ISO8601DateFormatter().string(from: Date()))
        // An interruption between the two leaves a pair that does not match, which loading refuses.
        try TextFile.replace(path, with: corpus.text)
        try sidecar.write(beside: path)
        return sidecar
    }
}
