/// The cache axis: whether recovery finds the log in the page cache.
package enum CacheState: String, Hashable, Sendable, CaseIterable {
    case warm
    /// Cached pages of every file are dropped first.
    case cold
}
