import StrataRESP

/// All that is known of a command: dispatch, `COMMAND`, help and access rules follow from it.
package struct CommandSpec: Sendable {
    package typealias Handler = @Sendable (Execution) throws(RedisError) -> Void

    /// In lower case; of a subcommand its own part.
    package let name: String
    /// Arguments, the name among them; negative: at least that many.
    package let arity: Int
    package let flags: CommandFlags
    package let keys: CommandKeys
    package let group: CommandGroup
    package let since: String
    package let summary: String
    package let complexity: String
    /// Its arguments as the manual writes them: "key value [NX | XX] [GET]".
    package let syntax: String
    package let subcommands: [CommandSpec]
    package let handler: Handler

    package init(
        _ name: String, arity: Int, _ flags: CommandFlags, keys: CommandKeys = .none, group: CommandGroup,
        since: String = "1.0.0", summary: String, complexity: String = "O(1)", syntax: String = "",
        subcommands: [CommandSpec] = [], handler: @escaping Handler
    ) {
        self.name = name
        self.arity = arity
        self.flags = keys.isMovable ? flags.union(.movableKeys) : flags
        self.keys = keys
        self.group = group
        self.since = since
        self.summary = summary
        self.complexity = complexity
        self.syntax = syntax
        self.subcommands = subcommands
        self.handler = handler
    }

    /// Whether a request of `count` arguments fits.
    @inline(__always)
    package func fits(_ count: Int) -> Bool { arity >= 0 ? count == arity : count >= -arity }
}
