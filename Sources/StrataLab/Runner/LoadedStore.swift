import Foundation

/// A store that has been loaded: what its marker file says. A store without a marker is not complete.
struct LoadedStore: Codable {
    /// Dials that the store was made with.
    var label: String
    var records: UInt64
    /// Updates after the load.
    var history: UInt64
    var seed: UInt64
    /// Records and updates a second, settling not included.
    var loadRate: Double
    /// Cells that have been measured on it.
    var uses: UInt64 = 0
    /// Whether a cell is being measured. Found so, the store is in a state that nobody knows, and is made again.
    var isBusy = false

    /// Number of the first record that the present use may insert: each use has its own, so that an insert is one.
    var firstInsert: UInt64 { max(records, uses << 40) }

    private enum CodingKeys: String, CodingKey {
        case label, records, history, seed, uses
        case loadRate = "load_rate"
        case isBusy = "busy"
    }

    init(label: String, records: UInt64, history: UInt64, seed: UInt64, loadRate: Double) {
        self.label = label
        self.records = records
        self.history = history
        self.seed = seed
        self.loadRate = loadRate
    }

    /// Nil where there is no such file, or none that reads as a marker.
    init?(contentsOf path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let store = try? JSONDecoder().decode(LoadedStore.self, from: data)
        else { return nil }
        self = store
    }

    func write(to path: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
