import StrataBTree
import StrataDisk

/// Every stored version in the order of the map: keys ascending, and of each key the newest first.
struct VersionGroups {
    let view: TreeView

    /// `isFirst`: the first version of its key. Stops where `body` returns false.
    func forEach(
        _ body: (_ versionKey: RawSpan, _ record: RawSpan, _ isFirst: Bool) throws(StorageError) -> Bool
    ) throws(StorageError) {
        let cursor = view.makeCursor()
        let last = IOBuffer(capacity: 2048)
        var isValid = try cursor.seek([VersionFormat.versions].span.bytes)
        while isValid {
            let outcome = cursor.withKey { key -> Result<Bool, StorageError> in
                guard key.unsafeLoad(as: UInt8.self) == VersionFormat.versions else { return .success(false) }
                guard key.byteCount >= VersionFormat.versionOverhead else {
                    return .failure(KVStore.corrupt("version key", "a revision", "\(key.byteCount) bytes"))
                }
                let prefix = key.extracting(0..<key.byteCount - VersionFormat.revisionSize)
                let isFirst = last.withBytes { compareBytes($0, prefix) != 0 }
                if isFirst {
                    last.removeAll()
                    last.append(prefix)
                }
                do throws(StorageError) {
                    return .success(
                        try cursor.withValue { (record) throws(StorageError) in try body(key, record, isFirst) })
                } catch {
                    return .failure(error)
                }
            }
            guard try outcome.get() else { return }
            isValid = try cursor.next()
        }
    }
}
