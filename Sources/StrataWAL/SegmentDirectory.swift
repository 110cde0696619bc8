import StrataCodec
import StrataDisk

/// The files of a log's directory, sorted by what they are.
struct SegmentDirectory {
    /// Oldest first.
    var segments: [(name: String, first: UInt64)] = []
    var pool: [String] = []

    /// Throws `.invalid` for a directory that holds other things and no log: a new log there is most likely a mistake.
    init(_ disk: any Disk) throws(StorageError) {
        var foreign: String?
        for name in try disk.list() {
            switch SegmentName(name) {
            case .segment(let first): segments.append((name, first))
            case .pool: pool.append(name)
            case .foreign: foreign = name
            case .dropped, .dictionary, .lock: break
            }
        }
        segments.sort { $0.first < $1.first }
        if segments.isEmpty, let foreign {
            throw .init(
                kind: .invalid("holds no log but other files, such as \(foreign)"), file: disk.path,
                remedy: "choose an empty directory")
        }
        if let zero = segments.first, zero.first == 0 {
            throw .init(kind: .invalid("entries are numbered from 1"), file: disk.path + "/" + zero.name)
        }
        // No log gets there; and counting on from here cannot overflow.
        if let last = segments.last, last.first > 1 << 62 {
            throw .init(
                kind: .invalid("a name of a log that no one can have written"), file: disk.path + "/" + last.name)
        }
    }
}
