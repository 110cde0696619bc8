package struct LeaseRevokeResponse: Hashable, Sendable {
    /// The revision of the deletes, or the store's where no key was attached.
    package var revision: Int64

    package init(revision: Int64) { self.revision = revision }
}
