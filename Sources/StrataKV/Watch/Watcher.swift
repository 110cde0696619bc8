import Synchronization

/// One watcher of a stream.
///
/// `@unchecked`: each mutable part has an owner, named below; what both read is atomic.
final class Watcher: @unchecked Sendable {
    /// What a watcher gets of the events that match its range; the index of the shared selection.
    struct Wishes: OptionSet, Hashable {
        let rawValue: UInt8
        static let noPut = Wishes(rawValue: 1)
        static let noDelete = Wishes(rawValue: 2)
        static let previous = Wishes(rawValue: 4)
        static let combinations = 8
    }
    enum Place {
        /// In the hub's inbox.
        case new
        case synced
        /// Its history is read in turn.
        case ready
        /// Its stream's queue is full.
        case blocked
        case gone
    }

    let id: Int64
    let stream: WatchStream
    let range: KeyRange
    let wishes: Wishes
    let wantsProgress: Bool
    let wantsFragments: Bool
    /// Asked for a revision before the first: canceled as if compacted.
    let startsBeforeTime: Bool

    /// Everything before it is in the queue or delivered, or was never asked for. Of a synced watcher it moves only when it
    /// leaves that group. Written by the hub's core.
    let next: Atomic<Int64>
    let isSynced = Atomic(false)

    // Of the hub's core.
    var place = Place.new
    var group: WatchGroup?
    /// Its index in the group's list.
    var slot = 0
    /// Its index among the watchers that want progress.
    var progressSlot = 0
    /// The last history scan that it takes part in.
    var scan: UInt64 = 0
    var wasToldSinceTick = false

    // Under the stream's lock.
    var isLive = true
    var lagged: UInt64 = 0

    init(id: Int64, stream: WatchStream, range: KeyRange, request: WatchRequest, next: Int64) {
        self.id = id
        self.stream = stream
        self.range = range
        var wishes: Wishes = []
        if request.noPut { wishes.insert(.noPut) }
        if request.noDelete { wishes.insert(.noDelete) }
        if request.prevKV { wishes.insert(.previous) }
        self.wishes = wishes
        wantsProgress = request.progressNotify
        wantsFragments = request.fragment
        startsBeforeTime = request.startRevision < 0
        self.next = Atomic(next)
    }
}
