import StrataDisk

/// Which of the twin metas a tree is opened with. Facts in, verdict out; nothing is read or written.
///
/// | meta 0, meta 1 | verdict |
/// |---|---|
/// | one of them of a newer version | refuse |
/// | both good, of one tree | the newer commit; its predecessor is whole too |
/// | both good, of two trees or page sizes | refuse |
/// | one good, one torn, rotten or zero | the good one; the damage is reported |
/// | none good | refuse |
///
/// Where the newer commit is lost with its meta, the log's entries after the older one's index bring it back.
package struct MetaTable {
    package enum State {
        case good(TreeMeta)
        /// Torn, rotten, or never written.
        case damaged(StorageError)
        case newerVersion(StorageError)

        var meta: TreeMeta? { if case .good(let meta) = self { meta } else { nil } }
    }

    package enum Verdict: Equatable {
        /// `older` is the twin, nil where it is damaged.
        case open(TreeMeta, older: TreeMeta?, damage: StorageError?)
        case refuse(StorageError)
    }

    package let verdict: Verdict

    package init(_ first: State, _ second: State, file: String) {
        verdict =
            switch (first, second) {
            case (.newerVersion(let error), _), (_, .newerVersion(let error)): .refuse(error)
            case (.good(let one), .good(let other)): Self.choose(one, other, file)
            case (.good(let meta), .damaged(let damage)), (.damaged(let damage), .good(let meta)):
                .open(meta, older: nil, damage: damage)
            case (.damaged(let damage), .damaged): .refuse(damage)
            }
    }

    private static func choose(_ one: TreeMeta, _ other: TreeMeta, _ file: String) -> Verdict {
        guard one.treeID == other.treeID, one.pageBytes == other.pageBytes else {
            return .refuse(
                .corrupt(
                    "meta pages", "twins of one tree", "trees \(hex(one.treeID)) and \(hex(other.treeID))", file,
                    UInt64(one.pageBytes)))
        }
        return one.commit > other.commit
            ? .open(one, older: other, damage: nil) : .open(other, older: one, damage: nil)
    }
}
