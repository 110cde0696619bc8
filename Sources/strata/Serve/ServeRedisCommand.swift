import ArgumentParser
import StrataRedisServer

/// `strata serve redis`: takes what redis-server takes, so that all words go to it as they are, `--help` and
/// `--version` too.
struct ServeRedisCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redis",
        abstract: "A server for clients of Redis: strata serve redis [CONF] [--port 6379 ...]")

    @Argument(parsing: .captureForPassthrough, help: "A configuration file in the syntax of redis.conf, then options that override it.")
    var words: [String] = []

    func run() throws { throw ExitCode(RedisProgram.run(words)) }
}
