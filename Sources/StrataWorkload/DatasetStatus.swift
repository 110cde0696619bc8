import StrataDisk

/// Whether a dataset can be used here and now.
package enum DatasetStatus: Sendable, Equatable {
    /// Part of the project, in the file of this path.
    case builtIn(path: String)
    /// Built earlier, in the file of this path.
    case built(path: String, sidecar: DatasetSidecar)
    /// Not built, and what it is made of is there.
    case buildable
    /// Not built, and what it is made of is not there; `remedy` is one sentence on what to do.
    case notBuildable(missing: String, remedy: String)
    /// There, but unreadable.
    case damaged(StorageError)
}

extension Dataset {
    package func status(in places: DatasetPlaces = .system) -> DatasetStatus {
        do throws(StorageError) {
            switch origin {
            case .committed(let file): return .builtIn(path: try places.committed(file: file))
            case .jsonOf(let name):
                guard let rows = Self.all.first(where: { $0.name == name }) else {
                    preconditionFailure("\(self.name) is made of \(name), which is not in the catalogue")
                }
                return rows.status(in: places)
            case .debian(let source, let file):
                let path = places.cacheDirectory + "/" + file
                if let sidecar = try DatasetSidecar.read(beside: path) { return .built(path: path, sidecar: sidecar) }
                _ = try source.inputs(in: places)
                return .buildable
            }
        } catch {
            if error.kind == .missing { return .notBuildable(missing: error.file, remedy: error.remedy) }
            return .damaged(error)
        }
    }
}
