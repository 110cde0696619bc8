import ArgumentParser
import StrataBTree
import StrataEngine
import StrataLab

/// `snapshot FILE`.
struct SnapshotAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Write everything up to now to one file, a backup.",
        discussion: """
            The file is a tree: `strata inspect FILE` looks into it, `restore` makes a store of it. It is there whole and durable, or not at \
            all.
            """)

    @Argument(help: "A file that is not there yet.", completion: .file()) var file: String

    func run(in session: KVSession) throws {
        let engine = try session.engine()
        let place = try FilePlace(file)
        if place.exists { throw ToolFailure("\(file): exists already; choose another name") }
        let work = LongWork("snapshot", stop: session.stop)
        let info = try engine.snapshot(to: place.disk, name: place.name) {
            work.step($0.entries, of: $0.totalEntries, bytes: $0.bytes)
        }
        work.end()
        guard let info else { throw ToolFailure.interrupted }
        session.output.line("Snapshot saved at \(file)")
        let entries = ShownSize.count(info.entries, "entry", "entries")
        session.output.line("revision \(info.revision), \(entries), \(ShownSize.bytes(info.bytes))")
    }
}
