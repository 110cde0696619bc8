/// What waits for a stream's consumer, in order.
struct ResponseQueue {
    private struct Item {
        var response: WatchResponse
        var bytes: Int
        var isSplittable: Bool
    }
    private var items: [Item] = []
    private var head = 0
    /// Events of the first response that went out as fragments already.
    private var sent = 0

    private(set) var events = 0
    private(set) var bytes = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { head == items.count }

    /// Response without events.
    mutating func append(_ response: WatchResponse) {
        let bytes = EventSelection.responseBytes + response.cancelReason.utf8.count
        items.append(Item(response: response, bytes: bytes, isSplittable: false))
        self.bytes += bytes
    }

    mutating func append(_ selection: EventSelection, to watcher: Watcher, revision: Int64) {
        var response = WatchResponse(watchID: watcher.id, revision: revision)
        response.events = selection.events
        items.append(Item(response: response, bytes: selection.bytes, isSplittable: watcher.wantsFragments))
        events += selection.events.count
        bytes += selection.bytes
    }

    /// The next response, or the next fragment of it, of at most `limit` bytes unless a single event is longer.
    mutating func popFirst(splittingAt limit: Int) -> WatchResponse? {
        guard head < items.count else { return nil }
        if items[head].isSplittable, items[head].bytes >= limit, items[head].response.events.count > 1 {
            return popFragment(limit)
        }
        let item = items[head]
        drop(item)
        return item.response
    }

    private mutating func popFragment(_ limit: Int) -> WatchResponse {
        let item = items[head]
        let all = item.response.events
        var end = sent
        var size = EventSelection.responseBytes
        repeat {
            size += all[end].encodedBound
            end += 1
        } while end < all.count && size + all[end].encodedBound < limit
        var response = item.response
        response.events = Array(all[sent..<end])
        response.isFragment = end < all.count
        sent = end
        if end == all.count { drop(item) }
        return response
    }

    private mutating func drop(_ item: Item) {
        events -= item.response.events.count
        bytes -= item.bytes
        sent = 0
        // What the consumer has taken is freed at once, and the array's front now and then.
        items[head].response.events = []
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.count <= 1024)
            head = 0
        } else if head >= 64, head * 2 >= items.count {
            items.removeFirst(head)
            head = 0
        }
    }

    mutating func removeAll() { self = ResponseQueue() }
}
