package struct LeaseGrantResponse: Hashable, Sendable {
    /// The newest revision of the store.
    package var revision: Int64
    package var id: Int64
    /// Seconds, as granted.
    package var ttl: Int64

    package init(revision: Int64, id: Int64, ttl: Int64) {
        self.revision = revision
        self.id = id
        self.ttl = ttl
    }
}
