import ArgumentParser

/// `strata serve`: an engine behind a network protocol that others' clients speak.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve an engine over a network protocol.",
        subcommands: [ServeRedisCommand.self])
}
