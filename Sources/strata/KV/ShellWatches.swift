import StrataKV
import StrataLab

/// What a shell watches while it runs other commands.
final class ShellWatches {
    private let stream: WatchStream
    private var printers: [Int64: any KVPrinter] = [:]

    init(_ stream: WatchStream) { self.stream = stream }

    deinit { stream.close() }

    func add(_ request: WatchRequest, _ printer: any KVPrinter) {
        let id = stream.create(request)
        if id >= 0 { printers[id] = printer }
    }

    /// Waits until every watch has been told of all that is acknowledged.
    func show(_ stop: StopFlag) {
        stream.requestProgress()
        while !stop.isRaised {
            guard let response = stream.receive(atMost: 100_000_000) else {
                if stream.isClosed { return }
                continue
            }
            if response.watchID == -1, response.isProgress { return }
            write(response)
        }
    }

    func showThatCame() {
        var responses = stream.take()
        while !responses.isEmpty {
            for response in responses { write(response) }
            responses = stream.take()
        }
    }

    private func write(_ response: WatchResponse) {
        if response.isCanceled {
            printers[response.watchID] = nil
            StandardError.write("Error: \(WatchAction.reason(response))\n")
        } else if !response.events.isEmpty {
            printers[response.watchID]?.watch(response)
        }
    }
}
