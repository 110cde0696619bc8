package struct RangeResponse: Hashable, Sendable {
    /// The newest revision of the store, whatever revision was asked for.
    package var revision: Int64
    package var keyValues: [KeyValue]
    /// The limit cut some off.
    package var more: Bool
    /// Keys in the range, whatever limit and filters.
    package var count: Int64

    package init(revision: Int64, keyValues: [KeyValue] = [], more: Bool = false, count: Int64 = 0) {
        self.revision = revision
        self.keyValues = keyValues
        self.more = more
        self.count = count
    }
}
