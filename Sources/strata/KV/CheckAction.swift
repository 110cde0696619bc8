import ArgumentParser
import StrataBTree
import StrataEngine
import StrataKV
import StrataLab

/// `check`.
struct CheckAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read everything and compare it with itself.",
        discussion: """
            The tree: every page's checksum and place, keys in order, each page used once or free. The data: versions, history, leases and \
            their keys fit together. What is not in the tree yet is merged into it first; `strata inspect` looks without changing anything.

            Exit status: 0 sound, 1 problems, which are listed.
            """)

    @Option(name: [.customShort("w"), .customLong("write-out")], help: "The form of the answer: simple or json.")
    var format = AnswerStyle.Format.simple

    func validate() throws {
        if format == .fields { throw ValidationError("check is written as simple or json.") }
    }

    func run(in session: KVSession) throws {
        let check = try session.engine().check()
        let (tree, store) = (check.tree, check.store)
        let problems = tree.problems.map { "tree: \($0)" } + store.problems.map { "data: \($0)" }
        let count = tree.problemCount + store.problems.count
        if format == .json {
            let numbers = [
                ("pages", UInt64(tree.meta.pages)), ("free_pages", tree.freePages), ("entries", tree.entries),
                ("keys", UInt64(store.keys)), ("versions", UInt64(store.versions)), ("events", UInt64(store.events)),
                ("leases", UInt64(store.leases)), ("attachments", UInt64(store.attachments)),
                ("problem_count", UInt64(count)),
            ]
            let members: [(String, JSONText)] =
                [("clean", .flag(check.isClean))] + numbers.map { ($0.0, .unsigned($0.1)) }
            session.output.write(
                JSONText.object(members + [("problems", .array(problems.map { .text($0) }))]).line)
        } else {
            let pages = ShownSize.count(tree.meta.pages, "page")
            let entries = ShownSize.count(tree.entries, "entry", "entries")
            session.output.line("tree  \(pages), \(tree.freePages) of them free, \(entries)")
            session.output.line(
                "data  \(ShownSize.count(store.keys, "key")), \(ShownSize.count(store.versions, "version")), "
                    + "\(ShownSize.count(store.events, "event")), \(ShownSize.count(store.leases, "lease")) with "
                    + "\(ShownSize.count(store.attachments, "key"))")
            for problem in problems { session.output.line("problem: \(problem)") }
            if count > problems.count { session.output.line("and \(count - problems.count) more") }
            session.output.line(check.isClean ? "sound" : "damaged: \(ShownSize.count(count, "problem"))")
        }
        if !check.isClean { throw ToolFailure("", status: ExitStatus.failure) }
    }
}
