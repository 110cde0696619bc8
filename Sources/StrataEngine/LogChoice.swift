import StrataWAL

/// Which log a store's commands go through before their replies are released.
package enum LogChoice: Sendable {
    /// None: fast, and what is not in a checkpoint is lost with the process, orderly close aside.
    case none
    /// Segments in the store's directory. Its `policy` says when a reply is released, and so what a power cut may take.
    case wal(WALOptions)
}
