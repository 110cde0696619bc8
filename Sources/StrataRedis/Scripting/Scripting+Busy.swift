import StrataDisk
import StrataRESP

extension Scripting {
    /// A script has run for longer than busy-reply-threshold allows: other clients are answered BUSY.
    package var isSlow: Bool { running?.isSlow ?? false }

    /// Asked by the interpreter now and then: whether the script is to end.
    func look() -> Bool {
        guard let script = running else { return false }
        if script.isKilled { return true }
        if !script.isSlow {
            let milliseconds = (engine.clock.nanoseconds() - script.beganNanoseconds) / 1_000_000
            guard milliseconds >= UInt64(max(0, engine.configuration.number("lua-time-limit"))) else { return false }
            running?.isSlow = true
            onLog(
                .warning,
                "Slow script detected: still in execution after \(milliseconds) milliseconds. Script name is: \(script.name.text)."
            )
        }
        onSlowScript()
        return running?.isKilled ?? false
    }

    /// SCRIPT KILL: what has written nothing ends at its next line.
    func kill() throws(RedisError) {
        guard let script = running else { throw RedisError("NOTBUSY No scripts in execution right now.") }
        guard !script.hasWritten else {
            throw RedisError(
                "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command."
            )
        }
        running?.isKilled = true
    }
}

extension RedisEngine {
    /// A request while a script runs for too long: BUSY, but for the few commands that need neither keys nor time. Called by way of
    /// `Scripting.onSlowScript`, in the midst of the script.
    package func executeBusy(_ arguments: Arguments, for client: RedisClient) {
        guard arguments.count > 0, let execution else { return }
        let start = client.reply.count
        let state = ExecutionState(execution)
        defer { state.restore(to: execution) }
        do throws(RedisError) {
            let (spec, _) = try resolve(arguments)
            guard client.isAuthenticated || spec.flags.contains(.noAuth) else {
                throw RedisError("NOAUTH Authentication required.")
            }
            guard spec.flags.contains(.allowBusy) else {
                throw RedisError(
                    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.")
            }
            execution.client = client
            execution.reply = client.reply
            execution.arguments = arguments
            execution.mayBlock = false
            try spec.handler(execution)
        } catch {
            client.transaction?.isAborted = true
            client.reply.truncate(to: start)
            fail(error, client)
        }
    }
}

extension RedisEngine {
    /// `version` as one number, a byte for each part.
    package static let versionNumber: Int = version.split(separator: ".").reduce(0) { $0 << 8 | (Int($1) ?? 0) }
}
