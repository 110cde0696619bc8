import ArgumentParser
import StrataEngine
import StrataKV

/// `compact REVISION`.
struct CompactAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Give up the history before a revision.",
        discussion: """
            What was deleted or overwritten before it can no longer be read; its room is used again, with --physical as soon as this \
            returns. `compact-file` makes the file smaller.
            """)

    @Argument var revision: Int64
    @Flag(help: "Return once the room can be used again.") var physical = false
    @OptionGroup var style: AnswerStyle

    func run(in session: KVSession) throws {
        let response = try session.engine().compact(CompactionRequest(revision: revision, physical: physical))
        style.printer(session).compacted(revision, response)
    }
}
