import StrataDisk
import StrataSystems
import StrataWorkload

extension ValuePool {
    /// The values of a cell. Throws `SystemUnsupported` for a data set that has not been built here.
    convenience init(_ cell: Cell, seed: UInt64) throws {
        let source = try ValueSource(parsing: cell.valueSource)
        do {
            try self.init(source: source, size: cell.valueBytes, seed: seed)
        } catch let error as StorageError where error.kind == .missing {
            throw SystemUnsupported(reason: error.description)
        }
    }
}
