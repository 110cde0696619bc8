import ArgumentParser
import StrataBTree
import StrataEngine
import StrataLab

/// `compact-file`.
struct CompactFileAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "compact-file", abstract: "Write the tree's file anew, without the room that deleted data left.",
        discussion: "Needs room for the new file beside the old one. An interruption leaves the old one.")

    func run(in session: KVSession) throws {
        let work = LongWork("compact-file", stop: session.stop)
        let sizes = try session.engine().compactFile { work.step($0.entries, of: $0.totalEntries, bytes: $0.bytes) }
        work.end()
        guard let sizes else { throw ToolFailure.interrupted }
        session.output.line("\(ShownSize.bytes(sizes.before)) before, \(ShownSize.bytes(sizes.after)) now")
    }
}
