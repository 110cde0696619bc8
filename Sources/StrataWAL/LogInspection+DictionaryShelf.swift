import StrataCodec
import StrataDisk

extension LogInspection {
    /// The dictionaries of a log, each loaded and checked once.
    struct DictionaryShelf {
        let disk: any Disk
        private var loaded: [UInt32: Result<CompressionDictionary, StorageError>] = [:]

        init(disk: any Disk) { self.disk = disk }

        mutating func take(_ id: UInt32) -> Result<CompressionDictionary, StorageError> {
            if let known = loaded[id] { return known }
            let result: Result<CompressionDictionary, StorageError>
            do throws(StorageError) {
                result = .success(try DictionaryFile.load(id, on: disk))
            } catch {
                // With the directory, as other places are given.
                let name = error.file.hasPrefix(disk.path) ? error.file : disk.path + "/" + error.file
                result = .failure(
                    StorageError(
                        kind: error.kind, file: name, offset: error.offset,
                        remedy: "segments that name it cannot be read without: restore it from a copy"))
            }
            loaded[id] = result
            return result
        }

        /// In the order of their numbers.
        var inspected: [Dictionary] {
            loaded.sorted { $0.key < $1.key }.map { id, result in
                switch result {
                case .success(let dictionary): Dictionary(id: id, size: dictionary.bytes.count)
                case .failure(let damage): Dictionary(id: id, damage: damage)
                }
            }
        }
    }
}
