import StrataBTree
import StrataDisk
import StrataReplica

/// A state machine that keeps its state in a `BufferedTree`: what the engine adds to it is the same for all.
protocol BufferedMachine: StateMachine {
    var tree: BufferedTree { get }
    var bufferBytes: Int { get }
}

extension BufferedMachine {
    package var checkpointIndex: UInt64 { tree.tree.latest.appliedIndex }
    package var releasableIndex: UInt64 { tree.tree.durableAppliedIndexes.older }
    /// Both buffers are used up.
    package var isFull: Bool { tree.bufferedBytes >= bufferBytes && tree.hasFrozen }
}
