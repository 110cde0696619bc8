/// Counts since the start or the last CONFIG RESETSTAT.
package struct KeyspaceStatistics: Sendable {
    /// Reads that found their key.
    package var hits: Int64 = 0
    package var misses: Int64 = 0
    package var expired: Int64 = 0
    package var evicted: Int64 = 0
    /// Share of expiring keys that are past their time and still here, as active expiry estimates it, in percent.
    package var stalePercent = 0.0
    /// Cycles of active expiry that ended because their time was used up.
    package var expiryTimeLimitReached: Int64 = 0

    package init() {}
}
