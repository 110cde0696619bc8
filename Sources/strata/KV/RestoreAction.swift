import ArgumentParser
import StrataDisk
import StrataEngine

/// `restore FILE`.
struct RestoreAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a store of a snapshot, in a directory that is new or empty.",
        discussion: """
            Every page of the snapshot is checked. Revisions, history and leases are as they were; each lease has its full time again.

            Example:
              strata kv data/copy restore backup.tree
            """)

    @Argument(help: "A file that `snapshot` has written.", completion: .file()) var file: String

    func run(in session: KVSession) throws {
        if session.isShell { throw ToolFailure("the shell has its store open: strata kv NEW restore \(file)") }
        let place = try FilePlace(file)
        guard place.exists else { throw ToolFailure("\(file): no such file") }
        let info = try KVEngine.restore(
            from: place.disk, name: place.name, to: PosixDisk(path: session.directory))
        let entries = ShownSize.count(info.entries, "entry", "entries")
        session.output.line("Restored \(session.directory) from \(file)")
        session.output.line("revision \(info.revision), \(entries), \(ShownSize.bytes(info.bytes))")
    }
}
