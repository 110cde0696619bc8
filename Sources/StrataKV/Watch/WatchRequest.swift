/// What a watcher wants to be told of, as etcd's `WatchCreateRequest`.
package struct WatchRequest: Hashable, Sendable {
    /// Empty stands for the key `\0`.
    package var key: [UInt8]
    /// Empty: `key` alone. `\0`: every key from `key` on. Else the keys in `key..<rangeEnd`.
    package var rangeEnd: [UInt8]
    /// The first revision to be told of; 0: the one after the newest.
    package var startRevision: Int64
    package var noPut: Bool
    package var noDelete: Bool
    /// The version before each change comes with it, unless it is compacted away.
    package var prevKV: Bool
    /// An idle watcher hears every `WatchOptions.progressInterval` how far it is.
    package var progressNotify: Bool
    /// Responses above `WatchOptions.fragmentBytes` come in pieces.
    package var fragment: Bool
    /// 0: the stream picks the next free one from 0 on.
    package var watchID: Int64

    package init(
        key: [UInt8], rangeEnd: [UInt8] = [], startRevision: Int64 = 0, noPut: Bool = false, noDelete: Bool = false,
        prevKV: Bool = false, progressNotify: Bool = false, fragment: Bool = false, watchID: Int64 = 0
    ) {
        self.key = key
        self.rangeEnd = rangeEnd
        self.startRevision = startRevision
        self.noPut = noPut
        self.noDelete = noDelete
        self.prevKV = prevKV
        self.progressNotify = progressNotify
        self.fragment = fragment
        self.watchID = watchID
    }
}
