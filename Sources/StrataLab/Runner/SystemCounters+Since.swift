import StrataSystems

extension SystemCounters {
    /// What was added after `earlier`; nil stays nil.
    func since(_ earlier: SystemCounters) -> SystemCounters {
        func added(_ now: UInt64?, _ then: UInt64?) -> UInt64? {
            guard let now, let then else { return nil }
            return now &- then
        }
        var difference = SystemCounters()
        difference.userBytes = userBytes &- earlier.userBytes
        difference.bytesWritten = added(bytesWritten, earlier.bytesWritten)
        difference.writes = added(writes, earlier.writes)
        difference.syncs = added(syncs, earlier.syncs)
        difference.batches = batches &- earlier.batches
        difference.batchedOperations = batchedOperations &- earlier.batchedOperations
        difference.rawBytes = rawBytes &- earlier.rawBytes
        difference.storedBytes = storedBytes &- earlier.storedBytes
        difference.queueWaitNanoseconds = added(queueWaitNanoseconds, earlier.queueWaitNanoseconds)
        difference.commitNanoseconds = added(commitNanoseconds, earlier.commitNanoseconds)
        return difference
    }
}
