package struct DeleteRangeResponse: Hashable, Sendable {
    /// The revision of the delete, or the store's where nothing was there to delete.
    package var revision: Int64
    package var deleted: Int64
    /// In key order, where they were asked for.
    package var previous: [KeyValue]

    package init(revision: Int64, deleted: Int64 = 0, previous: [KeyValue] = []) {
        self.revision = revision
        self.deleted = deleted
        self.previous = previous
    }
}
