import StrataRESP

extension Scripting {
    /// redis.call and redis.pcall: carries out a command, whose reply becomes a value of Lua's.
    ///
    /// - Parameter raisesErrors: an error is raised, and not returned as a table with a field err.
    func callCommand(_ stack: LuaStack, raisesErrors: Bool) throws(LuaError) -> Int32 {
        do throws(RedisError) {
            try takeArguments(stack)
            let (spec, place) = try resolveCommand()
            try admitCommand(spec)
            carryOut(spec, place)
        } catch {
            // Redis counts these too.
            engine.fail(error, client)
        }
        let reply = client.reply
        defer { reply.removeAll() }
        guard stack.reserve(8) else { throw .here("stack overflow") }
        let isError = reply.count > 0 && reply.bytes[0] == UInt8(ascii: "-")
        var reader = ReplyReader(reply.bytes, stack)
        reader.push()
        if isError {
            stack.push(true)
            stack.setField("ignore_error_stats_update")
            if raisesErrors { throw .value }
        }
        return 1
    }

    private func takeArguments(_ stack: LuaStack) throws(RedisError) {
        command.removeAll()
        client.reply.removeAll()
        let count = stack.count
        guard count > 0 else { throw RedisError("ERR Please specify at least one argument for this redis lib call") }
        for place in 1...count {
            switch stack.kind(place) {
            case .number: LuaNumber.argument(stack.number(place)).withLent { command.append($0) }
            case .string: if let bytes = stack.bytes(place) { command.append(bytes) }
            default: throw RedisError("ERR Lua redis lib command arguments must be strings or integers")
            }
        }
    }

    private func resolveCommand() throws(RedisError) -> (CommandSpec, Int) {
        let unknown = RedisError("ERR Unknown Redis command called from script")
        guard let place = engine.commands.place(of: command[0]) else { throw unknown }
        let spec = engine.commands.all[place]
        if !spec.subcommands.isEmpty, command.count > 1 {
            let name = command[1]
            guard spec.subcommands.contains(where: { RedisEngine.isSame($0.name, name) }) else { throw unknown }
        }
        do throws(RedisError) { return try engine.resolve(command) } catch {
            throw RedisError("ERR Wrong number of args calling Redis command from script")
        }
    }

    private func admitCommand(_ spec: CommandSpec) throws(RedisError) {
        guard let running else { preconditionFailure("a script that does not run calls a command") }
        if spec.flags.contains(.noscript), !allowsEveryCommand {
            throw RedisError("ERR This Redis command is not allowed from script")
        }
        if spec.flags.contains(.write) {
            if running.isReadOnly {
                throw RedisError("ERR Write commands are not allowed from read-only scripts.")
            }
            if let refusal = engine.writeRefusal { throw refusal }
        }
        // A script that has begun to write goes on: half of it would be worse.
        if running.isOutOfMemory, !running.hasWritten, spec.flags.contains(.denyoom) { throw Self.outOfMemory }
    }

    private func carryOut(_ spec: CommandSpec, _ place: Int) {
        guard let execution = engine.execution else { preconditionFailure("an engine without execution") }
        if spec.flags.contains(.write) { running?.hasWritten = true }
        let logged = execution.propagation.items.count
        engine.call(spec, place, command)
        if !logsEffects { execution.propagation.truncate(to: logged) }
    }
}

/// What an execution works with, while a script or another client's command takes its place.
struct ExecutionState {
    private let client: RedisClient
    private let reply: ReplyBuffer
    private let arguments: Arguments
    private let mayBlock: Bool
    private let isBlockedNow: Bool
    private let isPropagationReplaced: Bool

    init(_ execution: Execution) {
        client = execution.client
        reply = execution.reply
        arguments = execution.arguments
        mayBlock = execution.mayBlock
        isBlockedNow = execution.isBlockedNow
        isPropagationReplaced = execution.isPropagationReplaced
    }

    func restore(to execution: Execution) {
        execution.client = client
        execution.reply = reply
        execution.arguments = arguments
        execution.mayBlock = mayBlock
        execution.isBlockedNow = isBlockedNow
        execution.isPropagationReplaced = isPropagationReplaced
    }
}
