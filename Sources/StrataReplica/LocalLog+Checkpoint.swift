import StrataDisk
import StrataWAL
import Synchronization

/// Checkpoints: moving what the machine holds from the log into its own durable store.
extension LocalLog {
    /// Makes a checkpoint of everything applied so far and lets go of the log entries that are not needed any more. Waits for one
    /// that is under way, and then makes another. Commands go on meanwhile.
    ///
    /// The order is the contract: the log is durable through the checkpoint's index before the checkpoint is, so that a log never
    /// ends before the checkpoint it stands beside; and entries go only when two checkpoints hold them. A failure poisons: the
    /// machine's store is in a state that only opening it again can tell.
    package func checkpoint() throws(StorageError) {
        try checkpointGate.withLock { (_) throws(StorageError) in
            do throws(StorageError) {
                let index = try order.exclusively { () throws(StorageError) in machine.beginCheckpoint() }
                guard index != nil else { return }
                try log.sync()
                try machine.finishCheckpoint()
                try log.truncateFront(before: machine.releasableIndex + 1)
                checkpoints.add(1, ordering: .relaxed)
            } catch {
                poison(error)
                throw error
            }
            order.room.advance()
        }
    }

    /// A checkpoint, and where nothing came meanwhile a second one of the same: then both durable ones hold everything, and the whole
    /// log before them can go. The next start has nothing to replay and little to read.
    package func settle() throws(StorageError) {
        try checkpoint()
        if machine.releasableIndex < machine.checkpointIndex, lastIndex == machine.checkpointIndex { try checkpoint() }
    }

    /// Runs `body` between checkpoints: none is under way or begins meanwhile. Commands go on until the machine is full. A failure
    /// poisons.
    package func betweenCheckpoints<R>(_ body: () throws(StorageError) -> R) throws(StorageError) -> R {
        try checkpointGate.withLock { (_) throws(StorageError) -> R in
            if let failure { throw failure.asRefusal }
            return try body()
        }
    }

    /// Checkpoints made since opening.
    package var checkpointCount: UInt64 { checkpoints.load(ordering: .relaxed) }

    /// Sleeps until a command has found that a checkpoint is wanted, or about `nanoseconds` have passed; returns whether one is.
    /// For the one thread that makes checkpoints.
    package func sleepUntilCheckpointIsWanted(atMost nanoseconds: Int64) -> Bool {
        let seen = order.wanted.value
        if order.isCheckpointAsked { return true }
        order.wanted.wait(while: seen, atMost: nanoseconds)
        return order.isCheckpointAsked
    }

    /// Ends a sleep for a checkpoint.
    package func wakeCheckpointer() { order.wanted.advance() }
}
