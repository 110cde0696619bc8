/// etcd's `LeaseTimeToLiveResponse`.
package struct LeaseTimeToLiveResponse: Hashable, Sendable {
    /// The newest revision of the store.
    package var revision: Int64
    package var id: Int64
    /// Seconds left; -1: there is no such lease. The store knows no deadlines and answers with `grantedTTL`; whoever keeps
    /// them puts the time left in.
    package var ttl: Int64
    /// Seconds, as granted; 0 where there is no such lease.
    package var grantedTTL: Int64
    /// In order, where they were asked for.
    package var keys: [[UInt8]]

    package init(revision: Int64, id: Int64, ttl: Int64, grantedTTL: Int64, keys: [[UInt8]] = []) {
        self.revision = revision
        self.id = id
        self.ttl = ttl
        self.grantedTTL = grantedTTL
        self.keys = keys
    }
}
