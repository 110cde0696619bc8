import ArgumentParser
import StrataDisk
import StrataLab
import StrataWAL

/// `strata inspect PATH`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a write-ahead log holds, and check every byte of it.",
        discussion: """
            Reads all segments, or the one given: headers, every block's checksum and its link to the block before, \
            decompression, the layout of entries. Nothing is changed and no lock is held. A log that is in use can be looked \
            at; its end may then look torn.

            A torn end is what a crash leaves of writes that nobody was told are durable: opening the log cuts it, and it \
            counts as intact. Damage to durable entries is reported with file and byte; `strata repair` can keep what \
            stands before it.

            Sizes: raw is the entries with 8 bytes each for length and kind, stored is what they take after compression; \
            the ratio is raw to stored. Headers and padding of blocks are not in either.

            Exit status: 0 intact, 1 damaged, 2 wrong usage, no log or not readable.

            Examples:
              strata inspect data/wal
              strata inspect data/wal --blocks
              strata inspect data/wal --entries 100..120
              strata inspect data/wal/wal-00000000000000000001.seg
              strata inspect data/wal --csv > segments.csv
            """)

    @Argument(help: ArgumentHelp("A log's directory, or one segment.", valueName: "path"), completion: .file())
    var path: String

    @Flag(help: "List every block.")
    var blocks = false

    @Option(
        help: ArgumentHelp(
            "List entries: 100..200, 100.., ..200 or 100. Of a damaged log every readable one.",
            valueName: "first..last"))
    var entries: EntryRange?

    @Flag(help: "With --entries: whole payloads, not their first 256 bytes.")
    var full = false

    @Flag(help: "Write CSV: a row for each segment, block or entry; findings go to standard error.")
    var csv = false

    @Flag(help: "Write one JSON document.")
    var json = false

    func validate() throws {
        if csv && json { throw ValidationError("--csv and --json exclude each other.") }
        if blocks && entries != nil && !json { throw ValidationError("--blocks and --entries exclude each other.") }
        if full && entries == nil { throw ValidationError("--full goes with --entries.") }
    }

    func run() throws {
        let place = try LogPlace(path)
        let output: any InspectionOutput
        if json {
            output = InspectionJSON(showsBlocks: blocks, showsEntries: entries != nil)
        } else if csv {
            output = InspectionCSV(rows: blocks ? .blocks : entries != nil ? .entries : .segments)
        } else {
            output = InspectionText(rows: blocks ? .blocks : entries != nil ? .entries : .segments)
        }
        let limit = full ? Int.max : 256
        var listed: UInt64 = 0
        let inspection = try answering { () throws(StorageError) in
            try LogInspection.run(
                on: place.disk, only: place.segment, onBlock: blocks ? { output.add($0) } : nil,
                onEntry: entries.map { wanted in
                    { index, kind, payload in
                        guard wanted.range.contains(index) else { return }
                        listed += 1
                        output.add(
                            ListedEntry(
                                index: index, kind: kind, size: payload.byteCount,
                                text: EscapedText.escape(payload, limit: limit)))
                    }
                })
        }
        output.finish(inspection, isWholeLog: place.segment == nil)
        if entries != nil, listed == 0 {
            StandardError.write("Note: no entry in that range; \(FindingText.entries(inspection)) can be read.\n")
        }
        if !inspection.isIntact { throw ExitCode(ExitStatus.failure) }
    }
}

/// An entry to be shown.
struct ListedEntry: Encodable {
    var index: UInt64
    var kind: UInt8
    /// Of the whole payload.
    var size: Int
    /// The payload's beginning, escaped.
    var text: String
}

/// One way of showing an inspection. Blocks and entries come while it runs.
protocol InspectionOutput: AnyObject {
    func add(_ block: InspectedBlock)
    func add(_ entry: ListedEntry)
    func finish(_ inspection: LogInspection, isWholeLog: Bool)
}

enum InspectionRows { case segments, blocks, entries }
