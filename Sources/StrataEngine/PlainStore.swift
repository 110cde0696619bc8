import StrataBTree
import StrataDisk
import StrataReplica

/// An ordered map of keys to values without versions. One value of a key is all there is, so readers see what is applied, even
/// before the log has acknowledged it.
final class PlainStore: BufferedMachine {
    let tree: BufferedTree
    let bufferBytes: Int
    private let index: AppliedIndex

    init(_ tree: BTree, bufferBytes: Int) {
        self.tree = BufferedTree(tree)
        self.bufferBytes = bufferBytes
        index = AppliedIndex(tree.latest.appliedIndex)
    }

    func apply(_ command: RawSpan, index: UInt64, time: UInt64) throws(StorageError) {
        guard command.byteCount >= PlainFormat.headerSize else {
            throw Self.corrupt("length", "at least \(PlainFormat.headerSize)", "\(command.byteCount)")
        }
        let kind = command.unsafeLoad(as: UInt8.self)
        let length = Int(UInt32(littleEndian: command.unsafeLoadUnaligned(fromByteOffset: 1, as: UInt32.self)))
        let end = PlainFormat.headerSize + length
        guard end <= command.byteCount else { throw Self.corrupt("key length", "at most the rest", "\(length)") }
        let key = command.extracting(PlainFormat.headerSize..<end)
        switch kind {
        case PlainFormat.put: tree.put(key, command.extracting(end..<command.byteCount))
        case PlainFormat.remove: tree.remove(key)
        default: throw Self.corrupt("kind", "1 or 2", "\(kind)")
        }
        self.index.value = index
    }

    private static func corrupt(_ field: String, _ expected: String, _ found: String) -> StorageError {
        .init(kind: .corrupt(field: field + " of a command", expected: expected, found: found), file: "plain store")
    }

    func acknowledged(through index: UInt64) {}
    var wantsCheckpoint: Bool { tree.bufferedBytes >= bufferBytes && !tree.hasFrozen }
    func beginCheckpoint() -> UInt64? { tree.freeze(appliedIndex: index.value) ? index.value : nil }
    func finishCheckpoint() throws(StorageError) { try tree.commitFrozen() }
}
