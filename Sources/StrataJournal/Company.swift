/// Whom a batch under `.always` may wait for.
///
/// When a batch is done, its writers are about to come back. Taking at once what has gathered meanwhile leaves them to the
/// sync after: n writers settle into two groups that take turns, and each sync carries half of what it could. Waiting for all
/// of them pays as long as it takes less than a sync (n a cycle of sync and wait, against n / 2 a sync). So the next batch
/// waits while they come back at that pace, and no longer; where they do not come, as with clients that have something else to
/// do, or where they need longer, it stops waiting for a while.
package struct Company: Sendable {
    /// Take the batch at once when it holds this many appends; 0 expects nobody.
    package private(set) var target = 0
    private var since: UInt64 = 0
    /// Batches for which nobody is waited for, after having waited in vain.
    private var pause = 0
    private var misses = 0
    /// Appends that came during the sync. How fast the others come back is told by those after them.
    private var early = 0
    /// Somebody is waited for, and not yet in vain.
    private var isAwaited = false

    package init() {}

    /// Whether a batch of one append would most likely miss others that are on their way.
    package var isExpected: Bool { target >= 2 && pause == 0 }

    package mutating func completed(_ appends: Int, gathered: Int, at time: UInt64) {
        if isAwaited && appends >= target { misses = 0 }
        let expected = appends + gathered
        target = expected - expected / 8  // the last few are not worth the wait
        since = time
        early = gathered
        if pause > 0 { pause -= 1 }
        isAwaited = isExpected && gathered < target
    }

    /// Nanoseconds that `gathered` appends shall still wait before somebody looks again; 0 or less: take them. `sync` is what a
    /// sync takes.
    package mutating func patience(gathered: Int, now: UInt64, sync: UInt64) -> Int64 {
        guard isExpected, gathered < target else { return 0 }
        // When a whole company would be back after one sync, if all come as fast as those so far. An eighth of a sync is the
        // start that they have: threads take that long to wake up.
        let pace = max(sync / 8, sync / UInt64(target) * UInt64(max(0, gathered - early)))
        let rest = Int64(since + pace) - Int64(now)
        if rest <= 0 {
            isAwaited = false
            misses = min(misses + 1, 6)
            pause = 1 << misses  // 2 to 64 batches
        }
        return rest
    }
}
