import StrataSystems
import StrataWorkload

extension SystemConfiguration {
    /// Dictionary samples: some hundreds of typical values, as zstd's manual advises.
    private static let dictionarySamples = 1000

    /// What a cell asks of its system. `values` serve for training a dictionary. Throws `CodecError` where none can be trained.
    init(_ cell: Cell, measure: Measure, directory: String, values: ValuePool) throws {
        self.init(directory: directory)
        syncPolicy = cell.syncPolicy
        syncMethod = cell.syncMethod
        compression = try cell.codec.compression { values.samples(count: Self.dictionarySamples) }
        blockBytes = cell.blockBytes
        segmentBytes = cell.segmentBytes
        preallocation = cell.preallocation
        if measure.uses(.retainedBytes), cell.retainedBytes > 0 { retainedBytes = cell.retainedBytes }
        recoveryThreads = cell.threads
        memoryBytes = cell.memoryBytes > 0 ? cell.memoryBytes : nil
        bufferBytes = cell.bufferBytes
    }
}
