import StrataBTree
import StrataKV

/// What a walk over everything that a store holds found.
package struct EngineCheck: Sendable {
    /// Pages: reachable and free ones are all, in order, with the right checksums.
    package var tree: TreeSurvey
    /// Versions, events, leases and attachments fit together.
    package var store: KVCheck

    package var isClean: Bool { tree.isClean && store.problems.isEmpty }
}
