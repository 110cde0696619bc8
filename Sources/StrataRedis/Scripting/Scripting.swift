import CStrataLua
import StrataDisk
import StrataRESP

/// Scripts in Lua 5.1: one interpreter per engine, its cache of scripts, and the script that runs. The executor's own.
package final class Scripting {
    unowned let engine: RedisEngine
    /// What scripts call commands as; its database and protocol are the script's.
    let client = RedisClient(id: 0)
    private let host: UnsafeMutablePointer<strata_lua_host>
    private(set) var lua: LuaStack
    private var scripts: [ScriptName: Script] = [:]
    private var compiled = 0
    var running: RunningScript?
    var random = LuaRandom()
    var json = JSONSettings()
    /// Arguments of the command that a script calls.
    let command = Arguments()
    /// False after redis.set_repl: what the script changes is not logged.
    var logsEffects = true

    /// Called now and then while a script runs for longer than busy-reply-threshold allows: the server serves its other clients, whom
    /// `RedisEngine.execute` answers BUSY, and who may kill the script.
    package var onSlowScript: () -> Void = {}
    /// redis.log.
    package var onLog: (ScriptLogLevel, String) -> Void = { _, _ in }
    /// DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may call whatever there is.
    package var allowsEveryCommand = false

    /// 1 GiB: two strings of the largest size that a value may have. Lua answers "not enough memory" then.
    package static let memoryLimit = 1 << 30
    /// Memory from which on the garbage of a script is collected at once when it ends. 16 MiB take some 10 ms.
    private static let promptCollection = 16 << 20
    /// Instructions between two looks at the clock: as in Redis, less than a millisecond.
    private static let instructionsPerLook: Int32 = 100_000

    struct Script {
        /// In Lua's registry.
        var reference: Int32
        var flags: ScriptFlags
        var size: Int
    }

    struct RunningScript {
        var name: ScriptName
        var flags: ScriptFlags
        /// EVAL_RO, or no-writes.
        var isReadOnly: Bool
        var isOutOfMemory: Bool
        var hasWritten = false
        var isKilled = false
        var isSlow = false
        /// Of the monotonic clock.
        var beganNanoseconds: UInt64
        var caller: RedisClient
    }

    package init(_ engine: RedisEngine) {
        self.engine = engine
        client.isAuthenticated = true
        client.address = "lua"
        host = .allocate(capacity: 1)
        host.initialize(to: strata_lua_host())
        lua = Self.open(host)
        host.pointee.context = Unmanaged.passUnretained(self).toOpaque()
        host.pointee.call = { context, state, function in
            guard let context, let state else { return 0 }
            let scripting = Unmanaged<Scripting>.fromOpaque(context).takeUnretainedValue()
            return scripting.called(Int(function), LuaStack(state: state))
        }
        host.pointee.interrupt = { context in
            guard let context else { return 0 }
            return Unmanaged<Scripting>.fromOpaque(context).takeUnretainedValue().look() ? 1 : 0
        }
    }

    deinit {
        lua_close(lua.state)
        host.deallocate()
    }

    /// A sealed state with all libraries.
    private static func open(_ host: UnsafeMutablePointer<strata_lua_host>) -> LuaStack {
        host.pointee.used = 0
        host.pointee.limit = memoryLimit
        host.pointee.unlimited = 1
        guard let state = strata_lua_open(host) else { preconditionFailure("no memory for the Lua interpreter") }
        let stack = LuaStack(state: state)
        for (index, function) in LuaFunction.all.enumerated() {
            strata_lua_register(state, function.library, function.name, Int32(index))
        }
        lua_getfield(state, LUA_GLOBALSINDEX, "redis")
        for constant in RedisLibrary.constants {
            stack.push(constant.value)
            lua_setfield(state, -2, constant.name)
        }
        stack.push(text: RedisEngine.version)
        stack.setField("REDIS_VERSION")
        stack.push(Double(RedisEngine.versionNumber))
        stack.setField("REDIS_VERSION_NUM")
        stack.pop()
        JSONLibrary.addConstants(stack)
        MessagePackLibrary.addConstants(stack)
        strata_lua_seal(state)
        return stack
    }

    // MARK: The cache

    package var scriptCount: Int { scripts.count }
    /// Bytes that the interpreter holds.
    package var memoryBytes: Int { host.pointee.used }

    package func contains(_ name: ScriptName) -> Bool { scripts[name] != nil }

    func script(_ name: ScriptName) -> Script? { scripts[name] }

    /// Compiles a script, unless it is there.
    @discardableResult
    package func load(_ text: Bytes) throws(RedisError) -> ScriptName {
        let name = ScriptName(of: text)
        if scripts[name] == nil { scripts[name] = try compile(text) }
        return name
    }

    private func compile(_ text: Bytes) throws(RedisError) -> Script {
        let (flags, start) = try ScriptFlags.parse(text)
        let code = text[start..<text.count]
        let result = strata_lua_load(
            lua.state, code.start.assumingMemoryBound(to: CChar.self), code.count, "@user_script")
        if result != 0 {
            let reason = lua.bytes(-1)?.text ?? ""
            lua.pop()
            throw RedisError("ERR Error compiling script (new function): \(reason)")
        }
        return Script(reference: luaL_ref(lua.state, LUA_REGISTRYINDEX), flags: flags, size: text.count)
    }

    /// Forgets all scripts, and begins with a new interpreter.
    package func flush() {
        precondition(running == nil, "scripts flushed by one of them")
        lua_close(lua.state)
        scripts.removeAll()
        json = JSONSettings()
        lua = Self.open(host)
    }

    // MARK: Running

    /// Carries out a script for the client of `execution`, and replies what it returns.
    ///
    /// - Parameters:
    ///   - keys, values: places of its arguments in those of the command.
    ///   - isReadOnly: by one of the commands that let nothing be written.
    func run(
        _ name: ScriptName, _ script: Script, keys: Range<Int>, values: Range<Int>, isReadOnly: Bool,
        _ execution: Execution
    ) throws(RedisError) {
        let isOutOfMemory = try admit(script, isReadOnly: isReadOnly, execution)
        setArguments("KEYS", execution, keys)
        setArguments("ARGV", execution, values)
        running = RunningScript(
            name: name, flags: script.flags, isReadOnly: isReadOnly || script.flags.contains(.noWrites),
            isOutOfMemory: isOutOfMemory, beganNanoseconds: engine.clock.nanoseconds(), caller: execution.client)
        logsEffects = true
        client.database = execution.client.database
        client.reply.version = 2

        let state = ExecutionState(execution)
        execution.client = client
        execution.reply = client.reply
        execution.mayBlock = false
        lua_rawgeti(lua.state, LUA_REGISTRYINDEX, script.reference)
        strata_lua_watch(lua.state, Self.instructionsPerLook)
        let result = strata_lua_protected(lua.state)
        state.restore(to: execution)
        running = nil
        // The commands have said what they changed.
        execution.isPropagationReplaced = true
        defer { finish() }
        if result != 0 { throw failure(name) }
        if let error = returnedError() { throw error }
        ScriptReply(version: client.reply.version, stack: lua, reply: execution.reply).write()
    }

    /// Whether memory is used up, which matters once the script writes.
    private func admit(_ script: Script, isReadOnly: Bool, _ execution: Execution) throws(RedisError) -> Bool {
        let limit = engine.configuration.maxMemory
        let isOutOfMemory = limit > 0 && !engine.keyspace.makeRoom(limit: limit, now: execution.now)
        if script.flags.contains(.compatible) { return isOutOfMemory }
        if !script.flags.contains(.noWrites) {
            if isOutOfMemory, !script.flags.contains(.allowOOM) { throw Self.outOfMemory }
            if isReadOnly { throw RedisError("ERR Can not execute a script with write flag using *_ro command.") }
            if let refusal = engine.writeRefusal { throw refusal }
        }
        return isOutOfMemory && !script.flags.contains(.allowOOM)
    }

    static let outOfMemory = RedisError("OOM command not allowed when used memory > 'maxmemory'.")

    private func setArguments(_ name: StaticString, _ execution: Execution, _ places: Range<Int>) {
        strata_lua_push_globals(lua.state)
        lua.pushTable(elements: places.count)
        for (index, place) in places.enumerated() {
            lua.push(execution.argument(place))
            lua.setElement(index + 1)
        }
        lua.setField(name)
        lua.pop()
    }

    /// Leaves the interpreter as the next script wants it.
    private func finish() {
        lua_settop(lua.state, 0)
        client.reply.removeAll()
        command.removeAll()
        // A script may have stopped the collector.
        lua_gc(lua.state, LUA_GCRESTART, 0)
        if host.pointee.used > Self.promptCollection { lua_gc(lua.state, LUA_GCCOLLECT, 0) }
    }

    package func collectGarbage() { lua_gc(lua.state, LUA_GCCOLLECT, 0) }

    // MARK: Errors

    /// The error on the top, which ended the script.
    private func failure(_ name: ScriptName) -> RedisError {
        guard lua.kind(-1) == .table else {
            return RedisError("ERR Error running script \(name.text), \(lua.bytes(-1)?.text ?? "execution failure")")
        }
        uncount()
        lua.pushField("err", of: -1)
        lua.pushField("source", of: -2)
        lua.pushField("line", of: -3)
        var message = lua.bytes(-3)?.text ?? "ERR unknown error"
        if let source = lua.bytes(-2)?.text, let line = lua.bytes(-1)?.text {
            message += " script: \(name.text), on \(source):\(line)."
        }
        lua.pop(3)
        return RedisError(message)
    }

    /// The error that the script returned as its value.
    private func returnedError() -> RedisError? {
        guard lua.kind(-1) == .table else { return nil }
        lua.pushField("err", of: -1)
        defer { lua.pop() }
        guard lua.kind(-1) == .string, let text = lua.bytes(-1)?.text else { return nil }
        lua.pop()
        uncount()
        lua.pushField("err", of: -1)
        return RedisError(text)
    }

    /// An error that a command answered was counted then, and is not counted again as the script's.
    private func uncount() {
        lua.pushField("ignore_error_stats_update", of: -1)
        let isCounted = lua.boolean(-1)
        lua.pop()
        guard isCounted, engine.statistics.errorReplies > 0 else { return }
        lua.pushField("err", of: -1)
        let code = (lua.bytes(-1)?.text ?? "").prefix { $0 != " " }
        lua.pop()
        engine.statistics.errorReplies -= 1
        engine.statistics.errors[String(code)]? -= 1
    }

    // MARK: Called by Lua

    private func called(_ function: Int, _ stack: LuaStack) -> Int32 {
        do throws(LuaError) { return try LuaFunction.all[function].body(self, stack) } catch {
            switch error {
            case .value: return STRATA_LUA_RAISE
            case .here(let text):
                stack.push(text: text)
                return STRATA_LUA_RAISE_HERE
            case .argument(let place, let text):
                stack.push(text: text)
                return STRATA_LUA_RAISE_ARGUMENT - place
            case .reply(let text):
                stack.pushTable(fields: 1)
                stack.push(text: text)
                stack.setField("err")
                return STRATA_LUA_RAISE
            }
        }
    }
}
