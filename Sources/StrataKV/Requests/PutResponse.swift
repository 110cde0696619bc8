package struct PutResponse: Hashable, Sendable {
    /// The revision of this put.
    package var revision: Int64
    /// Where it was asked for and there is one.
    package var previous: KeyValue?

    package init(revision: Int64, previous: KeyValue? = nil) {
        self.revision = revision
        self.previous = previous
    }
}
