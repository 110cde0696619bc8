import StrataDisk
import StrataWAL

/// A log that can give up everything and go on with another number.
package protocol RestartableLog: EntryLog {
    /// Gives up every entry and goes on with number `next`, durably.
    func reset(next: UInt64) throws(StorageError)
}

extension WriteAheadLog: RestartableLog {}
