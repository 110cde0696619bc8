package struct CompactionResponse: Hashable, Sendable {
    /// The newest revision of the store.
    package var revision: Int64

    package init(revision: Int64) { self.revision = revision }
}
