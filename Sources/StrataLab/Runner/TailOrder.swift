import Foundation

/// What a tail writer is to do: a file of JSON from the process that will kill it.
struct TailOrder: Codable {
    /// Every dial of the cell, in canonical text.
    var dials: [String: String]
    /// Of the loaded store.
    var directory: String
    /// Of the values and of the writes.
    var seed: UInt64
    /// The shared page.
    var progressFile: String
    /// Where the writer says why it could not go on.
    var errorFile: String

    init(_ cell: Cell, directory: String, seed: UInt64, progressFile: String, errorFile: String) {
        dials = Dictionary(uniqueKeysWithValues: Axis.allCases.map { ($0.rawValue, cell.text($0)) })
        self.directory = directory
        self.seed = seed
        self.progressFile = progressFile
        self.errorFile = errorFile
    }

    init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ResultsError(file: path, message: "cannot be read")
        }
        self = try JSONDecoder().decode(TailOrder.self, from: data)
    }

    func write(to path: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path))
    }

    func cell() throws -> Cell {
        var cell = Cell()
        for axis in Axis.allCases {
            guard let text = dials[axis.rawValue] else { continue }
            do {
                try cell.set(axis, to: text)
            } catch {
                throw ResultsError(file: directory, message: "\(axis.rawValue) \"\(text)\": expected \(error.expected)")
            }
        }
        return cell
    }
}
