import StrataDisk
import StrataWAL

/// Names in a store's directory: `store.tree`, the log's segments, and lock files.
enum StoreDirectory {
    static let tree = "store.tree"
    /// A tree that is being received; replaced by its final name once it is whole and durable.
    static let incoming = "store.tree.tmp"

    /// Whether a store, or a part of one, is in `disk`. Throws `.invalid` where other things are and no store: a new one there is
    /// most likely a mistake.
    static func holdsStore(_ disk: any Disk) throws(StorageError) -> Bool {
        var foreign: String?
        var isInterrupted = false
        for name in try disk.list() {
            if name == tree { return true }
            if name == incoming { isInterrupted = true }
            switch SegmentName(name) {
            case .segment: return true
            case .foreign: if !name.hasPrefix(tree) { foreign = name }
            case .pool, .dropped, .dictionary, .lock: break
            }
        }
        if isInterrupted {
            throw .init(
                kind: .invalid("a restore was interrupted here"), file: disk.path, remedy: "restore the snapshot again")
        }
        guard let foreign else { return false }
        throw .init(
            kind: .invalid("holds no store but other files, such as \(foreign)"), file: disk.path,
            remedy: "choose an empty directory")
    }
}
