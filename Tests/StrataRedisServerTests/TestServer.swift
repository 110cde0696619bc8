import StrataRedisServer

/// A server of a test's own at a free port of the loopback, for the time of `body`.
func withServer(
    executor: DictionaryExecutor = DictionaryExecutor(), _ change: (inout ServerSettings) -> Void = { _ in },
    _ body: (_ port: Int, _ server: RedisServer) throws -> Void
) throws {
    var settings = ServerSettings()
    settings.port = ServerSettings.anyPort
    settings.bind = ["127.0.0.1"]
    change(&settings)
    let server = RedisServer(settings: settings, executor: executor)
    executor.server = server
    try server.bind()
    server.accept()
    defer {
        server.stop()
        _ = server.wait()
    }
    try body(server.boundPort ?? 0, server)
}
