import StrataDisk

/// Where a snapshot's keys go: a writer of RDB records or of commands.
package protocol SnapshotSink: AnyObject, Sendable {
    /// Appends one key in its serialised form. Called by the snapshot's thread, and by the executor for a key that is
    /// about to change; at once, perhaps, but never with the same output. The entry is lent for the call.
    func serialise(_ entry: KeyEntry, database: Int, into output: inout [UInt8])
    /// What `consume` is given from now on belongs to this database. Called by the snapshot's thread, once for each
    /// that has keys, in ascending order.
    func begin(database: Int, keys: Int, volatile: Int) throws(StorageError)
    /// Records of the database begun last. Called by the snapshot's thread.
    func consume(_ records: [UInt8]) throws(StorageError)
}
