import Foundation
import StrataDisk

extension Dataset.DebianSource {
    /// The files that the dataset is made of, in order. Throws `.missing` with the command that brings them.
    func inputs(in places: DatasetPlaces) throws(StorageError) -> [String] {
        switch self {
        case .packageLists:
            guard FileManager.default.isExecutableFile(atPath: places.aptHelper) else {
                throw StorageError(
                    kind: .missing, file: places.aptHelper, remedy: "this needs a Debian system with apt")
            }
            let lists = names(in: places.packageLists).filter { name in
                guard let range = name.range(of: "_Packages", options: .backwards) else { return false }
                return ["", ".lz4", ".gz", ".xz", ".bz2", ".zst"].contains(name[range.upperBound...])
            }
            guard !lists.isEmpty else {
                throw StorageError(
                    kind: .missing, file: places.packageLists + "/*_Packages", remedy: "run `apt-get update` first")
            }
            return lists.map { places.packageLists + "/" + $0 }
        case .wordLists:
            let lists = names(in: places.wordLists).filter { isWordList(places.wordLists + "/" + $0) }
            // The usual one first, so that two machines that have it build the same.
            guard let list = lists.first(where: { $0 == "american-english" }) ?? lists.first else {
                throw StorageError(
                    kind: .missing, file: places.wordLists + "/american-english",
                    remedy: "install it with `apt-get install wamerican`")
            }
            return [places.wordLists + "/" + list]
        case .isoCodes:
            let files = names(in: places.isoCodes).filter { $0.hasPrefix("iso_") && $0.hasSuffix(".json") }
            guard !files.isEmpty else {
                throw StorageError(
                    kind: .missing, file: places.isoCodes + "/iso_*.json",
                    remedy: "install it with `apt-get install iso-codes`")
            }
            return files.map { places.isoCodes + "/" + $0 }
        }
    }

    private func names(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }

    /// /usr/share/dict also holds README files, hash tables of spell checkers and links to the chosen list.
    private func isWordList(_ path: String) -> Bool {
        let url = URL(fileURLWithPath: path)
        guard url.pathExtension.isEmpty, !url.lastPathComponent.hasPrefix("README") else { return false }
        return (try? FileManager.default.attributesOfItem(atPath: path)[.type]) as? FileAttributeType == .typeRegular
    }
}
