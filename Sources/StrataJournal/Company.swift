/// Whom a batch under `.always` may wait for.
///
/// When a batch is done, its writers are about to come back. Taking at once what has gathered meanwhile leaves them to the
/// sync after: n writers settle into two groups that take turns, and each sync carries half of what it could. So the next
/// batch waits until they are back, but no longer than an eighth of a sync; where they do not come, as with clients that
/// have something else to do, it stops waiting for a while.
struct Company: Sendable {
    /// Take the batch at once when it holds this many appends; 0 expects nobody.
    private(set) var target = 0
    private var since: UInt64 = 0
    /// Batches for which nobody is waited for, after having waited in vain.
    private var pause = 0
    private var misses = 0

    /// Whether a batch of one append would most likely miss others that are on their way.
    var isExpected: Bool { target >= 2 && pause == 0 }

    mutating func completed(_ appends: Int, gathered: Int, at time: UInt64) {
        let expected = appends + gathered
        target = expected - expected / 8  // the last few are not worth the wait
        since = time
        if pause > 0 { pause -= 1 }
    }

    /// Nanoseconds that `gathered` appends shall still wait.
    mutating func patience(gathered: Int, now: UInt64, sync: UInt64) -> Int64 {
        guard isExpected else { return 0 }
        if gathered >= target {
            misses = 0
            return 0
        }
        let rest = Int64(since + sync / 8) - Int64(now)
        if rest <= 0 {
            misses = min(misses + 1, 6)
            pause = 1 << misses  // 2 to 64 batches
        }
        return rest
    }
}
