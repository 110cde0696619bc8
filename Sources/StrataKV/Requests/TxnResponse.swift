package struct TxnResponse: Hashable, Sendable {
    /// The revision of its changes, or the store's where it made none.
    package var revision: Int64
    /// Whether the compares held.
    package var succeeded: Bool
    /// One for each operation that ran.
    package var responses: [ResponseOp]

    package init(revision: Int64, succeeded: Bool, responses: [ResponseOp] = []) {
        self.revision = revision
        self.succeeded = succeeded
        self.responses = responses
    }
}
