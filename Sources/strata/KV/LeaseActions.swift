import ArgumentParser
import StrataEngine
import StrataKV
import StrataLab

/// `lease ...`.
struct LeaseActions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lease", abstract: "Leases: keys that are deleted when nobody keeps them alive.",
        discussion: """
            Time passes only while the store is open, and every lease has its full time again when it is opened: this is a store of one \
            process, and what was kept alive by it could not be while it was away. Ids are hexadecimal.
            """,
        subcommands: [Grant.self, Revoke.self, TimeToLive.self, List.self, KeepAlive.self])

    struct Grant: KVAction {
        static let configuration = CommandConfiguration(commandName: "grant", abstract: "Make a lease.")

        @Argument(help: "Seconds; fewer than 2 are raised to 2.") var ttl: Int64
        @Option(help: ArgumentHelp("Its id, in place of one that is chosen.", valueName: "id")) var id: LeaseWord?
        @OptionGroup var style: AnswerStyle

        func run(in session: KVSession) throws {
            let engine = try session.engine(makes: true)
            style.printer(session).granted(try engine.leaseGrant(LeaseGrantRequest(ttl: ttl, id: id?.id ?? 0)))
        }
    }

    struct Revoke: KVAction {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a lease and delete its keys.")

        @Argument var id: LeaseWord
        @OptionGroup var style: AnswerStyle

        func run(in session: KVSession) throws {
            let response = try session.engine().leaseRevoke(LeaseRevokeRequest(id: id.id))
            style.printer(session).revoked(id.id, response)
        }
    }

    struct TimeToLive: KVAction {
        static let configuration = CommandConfiguration(
            commandName: "timetolive", abstract: "Show how long a lease still lives.")

        @Argument var id: LeaseWord
        @Flag(help: "Show its keys.") var keys = false
        @OptionGroup var style: AnswerStyle

        func run(in session: KVSession) throws {
            let response = try session.engine().leaseTimeToLive(LeaseTimeToLiveRequest(id: id.id, keys: keys))
            style.printer(session).timeToLive(response, showsKeys: keys)
        }
    }

    struct List: KVAction {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show all leases.")

        @OptionGroup var style: AnswerStyle

        func run(in session: KVSession) throws {
            let engine = try session.engine()
            style.printer(session).leases(engine.leases(), revision: engine.revision)
        }
    }

    struct KeepAlive: KVAction {
        static let configuration = CommandConfiguration(
            commandName: "keep-alive", abstract: "Give a lease its full time again, and again until interrupted.",
            discussion: "In a shell always once.")

        @Argument var id: LeaseWord
        @Flag(help: "Only once.") var once = false
        @OptionGroup var style: AnswerStyle

        func run(in session: KVSession) throws {
            let engine = try session.engine()
            let printer = style.printer(session)
            while true {
                let ttl = engine.leaseKeepAlive(id.id)
                guard ttl > 0 else {
                    throw ToolFailure("lease \(LeaseWord.text(id.id)) expired or revoked.", status: ExitStatus.failure)
                }
                printer.keptAlive(id.id, ttl: ttl, revision: engine.revision)
                try session.output.flush()
                if once || session.isShell { return }
                // A third of its time, as etcd's clients do; in steps short enough to feel an interruption at once.
                try session.sleep(.milliseconds(ttl * 1000 / 3))
            }
        }
    }
}
