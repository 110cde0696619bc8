/// Gives up history before `revision` (etcd's `CompactionRequest`): reads at `revision` and later go on to work.
package struct CompactionRequest: Hashable, Sendable {
    package var revision: Int64
    /// Answer only once the space is given back. The store itself compacts at once and gives back later, so this is for
    /// whoever waits on it; it is not part of the command.
    package var physical: Bool

    package init(revision: Int64, physical: Bool = false) {
        self.revision = revision
        self.physical = physical
    }
}
