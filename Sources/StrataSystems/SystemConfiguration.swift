import StrataCodec
import StrataDisk
import StrataJournal

/// The dials of one system, as an experiment's cell sets them. Sizes are bytes.
package struct SystemConfiguration: Sendable, Hashable {
    package var directory: String
    package var syncPolicy: SyncPolicy = .always
    package var syncMethod: SyncMethod = .fdatasync
    package var compression: Compression = .none
    /// Uncompressed bytes gathered into one compressed and checksummed block.
    package var blockBytes: Int = 64 * 1024
    package var segmentBytes: Int = 64 * 1024 * 1024
    package var preallocation: Preallocation = .zeroFill
    /// What is kept of a log: older data are given up as it grows, as they are in service once a snapshot covers them. nil
    /// keeps everything.
    package var retainedBytes: Int?
    /// Threads that recovery may use.
    package var recoveryThreads: Int = 1
    /// Memory for cached data: page cache of a tree, block cache of a library. nil is the system's own default.
    package var memoryBytes: Int?
    /// Changes gathered in memory before they go to the main store in one go (memtable, write buffer).
    package var bufferBytes: Int = 64 * 1024 * 1024

    package init(directory: String) { self.directory = directory }
}
