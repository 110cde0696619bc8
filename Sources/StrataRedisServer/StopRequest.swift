import Synchronization

/// A signal to end may come before there is a server to tell.
final class StopRequest: Sendable {
    private struct State {
        var isRequested = false
        var server: RedisServer?
    }
    private let state = Mutex(State())

    func request() {
        let server = state.withLock { state in
            state.isRequested = true
            return state.server
        }
        server?.requestStop()
    }

    func serve(_ server: RedisServer) {
        let isRequested = state.withLock { state in
            state.server = server
            return state.isRequested
        }
        if isRequested { server.requestStop() }
    }
}
