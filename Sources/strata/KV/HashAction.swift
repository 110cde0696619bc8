import ArgumentParser
import StrataEngine
import StrataKV

/// `hash`.
struct HashAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "hash", abstract: "Show a sum over all versions that two stores share if they hold the same.",
        discussion: "The same history compacted at the same revision has the same sum.")

    @Option(help: ArgumentHelp("Up to this revision.", valueName: "revision")) var rev: Int64 = 0
    @OptionGroup var style: AnswerStyle

    func run(in session: KVSession) throws {
        style.printer(session).hash(try session.engine().hashKV(at: rev))
    }
}
