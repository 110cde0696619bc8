import StrataDisk

/// Where changes go before their replies do: the append-only file, later replicas too. Called by the executor.
package protocol CommandLog: AnyObject {
    /// Appends the commands of one unit, which a loader carries out all or none; several are wrapped in MULTI and EXEC.
    ///
    /// - Returns: what a reply waits for where the policy wants it durable first; nil where it need not wait.
    func append(_ unit: CommandEncoder, now: Int64) throws(StorageError) -> UInt64?
}
