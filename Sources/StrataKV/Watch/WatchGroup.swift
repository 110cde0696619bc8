import Synchronization

/// The watchers of one range. They share what one batch has for them. Owned by the hub's core.
final class WatchGroup {
    let range: KeyRange
    var synced: [Watcher] = []
    var unsynced: [Watcher] = []
    /// Positions in the running batch.
    var hits: [Int] = []

    init(_ range: KeyRange) { self.range = range }

    var isEmpty: Bool { synced.isEmpty && unsynced.isEmpty }

    func add(_ watcher: Watcher, synced isSynced: Bool) {
        watcher.isSynced.store(isSynced, ordering: .relaxed)
        if isSynced {
            watcher.slot = synced.count
            synced.append(watcher)
        } else {
            watcher.slot = unsynced.count
            unsynced.append(watcher)
        }
    }

    func remove(_ watcher: Watcher) {
        if watcher.isSynced.load(ordering: .relaxed) {
            Self.remove(watcher, from: &synced)
        } else {
            Self.remove(watcher, from: &unsynced)
        }
    }

    /// The last one takes its place: a walk from the back meets each watcher once although some leave.
    private static func remove(_ watcher: Watcher, from list: inout [Watcher]) {
        let last = list.removeLast()
        if last !== watcher {
            list[watcher.slot] = last
            last.slot = watcher.slot
        }
    }
}
