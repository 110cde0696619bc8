import StrataDisk
import StrataJournal

/// One rewrite: a new base takes the place of everything appended before it began.
///
///     prepare    any thread     the new increment is there, and the manifest names it
///     begin      the executor   at the moment of the snapshot: appends go to the new increment
///     write      any thread     the snapshot, into a temporary file, durable
///     finish     the executor   the file gets its name, the manifest is replaced, the old files are removed
///
/// A power cut at any point leaves a manifest whose files, in order, hold everything acknowledged. After a failure `abandon`: the manifest then names one
/// increment more, and nothing is lost.
package final class AOFRewrite {
    package enum Base: Sendable {
        /// `aof-use-rdb-preamble yes`.
        case dump(RDBWriter.Options)
        case commands
    }

    private let writer: AOFWriter
    private let directory: AOFDirectory
    private let temporary: String
    /// nil where the writer appends to a temporary increment already.
    private let increment: (any File)?
    private var baseSize: UInt64 = 0
    private var isDump = true
    /// The writer appends to a temporary increment that no manifest names yet.
    private let isFirst: Bool

    /// Makes the increment that the rewrite begins with, and its name durable in the manifest. - Parameter process: for the temporary file's name.
    package init(_ writer: AOFWriter, process: Int32) throws(StorageError) {
        self.writer = writer
        directory = writer.directory
        isFirst = false
        temporary = "temp-rewriteaof-bg-\(process).aof"
        var next = directory.manifest
        let entry = next.newIncrement(of: directory.name)
        next.increments.append(entry)
        increment = try RDBFile.create(entry.name, on: directory.disk)
        // Its name is durable before the manifest that has it can be.
        try directory.disk.syncDirectory()
        try directory.replace(by: next)
    }

    /// The append-only file is switched on while the server runs: until the first base is there, whatever the directory holds stays what a start would load.
    ///
    /// - Returns: the rewrite, which has begun, and the writer to append to from this moment of the snapshot on.
    package static func enable(
        _ directory: AOFDirectory, policy: SyncPolicy, process: Int32, clock: any MonotonicClock = SystemClock(),
        threading: JournalOptions.Threading = .threads
    ) throws(StorageError) -> (AOFRewrite, AOFWriter) {
        let writer = try AOFWriter(enabling: directory, policy: policy, clock: clock, threading: threading)
        return (AOFRewrite(first: writer, process: process), writer)
    }

    private init(first writer: AOFWriter, process: Int32) {
        self.writer = writer
        directory = writer.directory
        isFirst = true
        temporary = "temp-rewriteaof-bg-\(process).aof"
        increment = nil
    }

    /// From here on appends go to the new increment. The executor's state of this moment is the snapshot. Waits for the batch that is being written, one sync at most.
    package func begin() throws(StorageError) {
        guard let increment else { preconditionFailure("begun by enable") }
        try writer.rotate(to: increment)
    }

    /// Writes the base as a dump.
    package func writeDump(
        _ options: RDBWriter.Options, _ body: (RDBWriter) throws(StorageError) -> Void
    ) throws(StorageError) {
        isDump = true
        let file = try RDBFile.create(temporary, on: directory.disk)
        do {
            let dump = RDBWriter(file, options: options)
            try body(dump)
            baseSize = try dump.finish()
            try file.close()
        } catch {
            try? file.close()
            throw error
        }
    }

    /// Writes the base as commands.
    package func writeCommands(_ body: (AOFCommandFile) throws(StorageError) -> Void) throws(StorageError) {
        isDump = false
        let file = try RDBFile.create(temporary, on: directory.disk)
        do {
            let commands = AOFCommandFile(file)
            try body(commands)
            baseSize = try commands.finish()
            try file.close()
        } catch {
            try? file.close()
            throw error
        }
    }

    /// Makes the base count, and removes what it replaces. - Returns: the base's bytes.
    @discardableResult
    package func finish() throws(StorageError) -> UInt64 {
        var next = directory.manifest
        let entry = next.newBase(of: directory.name, isRDB: isDump)
        try directory.disk.rename(temporary, to: entry.name)
        if isFirst {
            // What was appended so far is durable before the manifest can name it.
            try writer.syncFlushed()
            next.replace(by: entry, keeping: 0)
            let first = next.newIncrement(of: directory.name)
            next.increments = [first]
            try directory.disk.rename(directory.temporaryIncrement, to: first.name)
        } else {
            next.replace(by: entry, keeping: 1)
        }
        // Both names are durable before the manifest that needs them: it is renamed in the same directory, and a directory's changes may
        // come to the device in any order.
        try directory.disk.syncDirectory()
        try directory.replace(by: next)
        writer.olderBytes = baseSize
        try directory.removeHistory()
        return baseSize
    }

    /// Gives the rewrite up.
    package func abandon() {
        try? directory.disk.remove(temporary)
        if isFirst { try? directory.disk.remove(directory.temporaryIncrement) }
    }
}
