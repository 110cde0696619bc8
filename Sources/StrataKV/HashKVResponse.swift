/// etcd's `HashKVResponse`.
package struct HashKVResponse: Hashable, Sendable {
    /// CRC-32C over every version that reads between the two revisions can tell; equal where the same commands were applied.
    package var hash: UInt32
    /// Up to where it was taken.
    package var hashRevision: Int64
    package var compactRevision: Int64
    /// The newest revision of the store.
    package var revision: Int64
}
