import StrataDisk
import StrataEngine
import StrataKV

extension KVSystem: WatchSource {
    package func watch(_ keys: [UInt64?]) throws -> any WatchReceiver {
        let stream = try running().makeWatchStream()
        let watchers = keys.map { key -> Int64 in
            let name = key.map { number in KeyName.withBytes(of: number) { name in name.withUnsafeBytes { Array($0) } }
            }
            return stream.create(WatchRequest(key: name ?? [0], rangeEnd: name == nil ? [0] : []))
        }
        return Receiver(stream, watchers)
    }

    private final class Receiver: WatchReceiver {
        private let stream: WatchStream
        private let watchers: [Int64]
        private let clock = SystemClock()

        init(_ stream: WatchStream, _ watchers: [Int64]) {
            self.stream = stream
            self.watchers = watchers
        }

        deinit { stream.close() }

        func receive(atMost nanoseconds: Int64, _ body: (RawSpan) -> Void) throws -> Int {
            let end = Int64(clamping: clock.nanoseconds()) + nanoseconds
            while true {
                let left = max(0, end - Int64(clamping: clock.nanoseconds()))
                guard let response = stream.receive(atMost: left) else {
                    if stream.isClosed { throw StorageError(kind: .closed, file: "watch stream") }
                    return 0
                }
                if response.isCanceled {
                    throw StorageError(kind: .invalid("watch canceled: \(response.cancelReason)"), file: "watch stream")
                }
                for event in response.events where event.kind == .put { body(event.keyValue.value.span.bytes) }
                // Answers to creations and the like hold none.
                if !response.events.isEmpty { return response.events.count }
            }
        }

        var lagged: Int { watchers.count { stream.state(of: $0)?.isSynced == false } }

        func close() { stream.close() }
    }
}
