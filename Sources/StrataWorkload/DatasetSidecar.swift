import Foundation
import StrataDisk

/// What is written beside a built dataset, as JSON: where it came from and what it must still be.
package struct DatasetSidecar: Sendable, Codable, Equatable {
    package var name: String
    package var summary: String
    package var licence: String
    package var source: String
    /// The files it was made of, in order.
    package var inputs: [String]
    package var format: RecordFormat
    package var records: Int
    /// Size of the dataset's file.
    package var bytes: Int
    /// CRC-32C of the dataset's file.
    package var crc32c: UInt32
    /// Whether records were left out because a corpus is bounded.
    package var isCutShort: Bool
    /// ISO 8601, UTC.
    package var builtAt: String

    private enum CodingKeys: String, CodingKey {
        case name, summary, licence, source, inputs, format, records, bytes, crc32c
        case isCutShort = "is_cut_short"
        case builtAt = "built_at"
    }

    /// "words.txt" has its sidecar in "words.json".
    static func path(beside path: String) -> String {
        URL(fileURLWithPath: path).deletingPathExtension().path + ".json"
    }

    /// nil where either the dataset at `path` or its sidecar does not exist.
    static func read(beside path: String) throws(StorageError) -> DatasetSidecar? {
        let own = Self.path(beside: path)
        guard [path, own].allSatisfy({ FileManager.default.fileExists(atPath: $0) }) else { return nil }
        let bytes = try TextFile.read(own, limit: 1 << 20)
        do {
            return try JSONDecoder().decode(DatasetSidecar.self, from: Data(bytes))
        } catch {
            throw StorageError(
                kind: .corrupt(field: "JSON", expected: "the description of a dataset", found: "\(error)"), file: own,
                remedy: "remove it and build the dataset again")
        }
    }

    func write(beside path: String) throws(StorageError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let own = Self.path(beside: path)
        do {
            try TextFile.replace(own, with: [UInt8](encoder.encode(self)) + [0x0A])
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(kind: .invalid("cannot be encoded: \(error)"), file: own)
        }
    }
}
