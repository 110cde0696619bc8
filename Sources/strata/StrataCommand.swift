import ArgumentParser
import StrataLab
import StrataRedisServer

/// `strata`: the one tool of the workbench.
@main
struct StrataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "strata",
        abstract: "What does each guarantee of durable storage cost? Experiments, measurements, reports.",
        discussion: """
            Examples:
              strata bench --list                     the experiments and the questions they answer
              strata bench sync-policies --quick      a short run, with a report
              strata report runs/sync-policies-...    the report again
              strata compare RUN RUN                  is one run faster than the other?
              strata inspect DIRECTORY                what a log or a store holds, every byte of it checked
              strata kv DIRECTORY put greeting hello  an embedded store with etcd's data model
              strata serve redis redis.conf           a server for clients of Redis
              strata dataset list                     the real data that values are made of

            Exit status: 0 done, 1 a measurement failed or a gate was passed, 2 wrong usage, 130 interrupted.
            """,
        version: Strata.version,
        subcommands: [
            BenchCommand.self, ReportCommand.self, CompareCommand.self, InspectCommand.self, RepairCommand.self,
            KVTool.self, ServeCommand.self, RDBCommand.self, AOFCommand.self, DatasetCommand.self, TailWriterCommand.self,
        ])

    /// As the parser's own, except that wrong usage is status 2, as other tools of the shell have it. Under the name
    /// redis-server, as a link has it, the tool is that server.
    static func main() {
        if CommandLine.arguments.first?.split(separator: "/").last == "redis-server" {
            exit(withError: ExitCode(RedisProgram.run(Array(CommandLine.arguments.dropFirst()))))
        }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            StandardError.write(fullMessage(for: error) + "\n")
            exit(withError: ExitCode(ExitStatus.usage))
        }
    }
}
