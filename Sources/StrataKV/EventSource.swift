import StrataDisk

/// The history that watches read: every change by revision, from the newest back to the compacted revision, whose own are
/// still there.
package protocol EventSource: AnyObject, Sendable {
    /// The newest acknowledged revision. Watchers are told of nothing newer.
    var visibleRevision: Int64 { get }
    /// Changes before this revision are no longer promised.
    var compactedRevision: Int64 { get }
    /// Lends the changes of revisions `first...last` in order, until `body` returns false. A revision is never cut by the
    /// source itself. Throws `KVError.compacted` where changes from `first` on are gone, which takes a `first` below the
    /// compacted revision.
    func events(from first: Int64, through last: Int64, _ body: (Event) -> Bool) throws
    /// The newest version of `key` at or before `revision`: nil where there is none, or it is compacted away.
    func version(of key: [UInt8], at revision: Int64) throws -> KeyValue?
}
