import ArgumentParser
import Foundation
import StrataBTree
import StrataDisk
import StrataLab
import StrataWAL

/// `strata inspect PATH`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a write-ahead log, a tree or a store holds, and check every byte of it.",
        discussion: """
            Of a store's directory both its tree and its log are read; of a tree file, such as a snapshot, its meta pages, every page \
            that they lead to, and the free list: checksums, order of keys, each page used once or free. --csv of a tree is a row for each \
            level; of a store's directory it is about the log.

            Of a log all segments are read, or the one given: headers, every block's checksum and its link to the block before, \
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
              strata inspect data/kv
              strata inspect data/kv/store.tree --json
            """)

    @Argument(
        help: ArgumentHelp("A directory of a log or a store, a segment, or a tree file.", valueName: "path"),
        completion: .file())
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
        let isOfLog = blocks || entries != nil
        if let name = place.segment, InspectedTree.isTree(name) {
            if isOfLog {
                StandardError.write("Error: \(path) is a tree; --blocks and --entries show a log\n")
                throw ExitCode(ExitStatus.usage)
            }
            let tree = try InspectedTree(name, on: place.disk)
            if json {
                print(tree.json.line, terminator: "")
            } else if csv {
                tree.writeCSV()
            } else {
                print(tree.text, terminator: "")
            }
            if !tree.found.isClean { throw ExitCode(ExitStatus.failure) }
            return
        }
        guard place.segment == nil, !isOfLog, !csv, FileManager.default.fileExists(atPath: path + "/store.tree") else {
            if try !inspectLog(place) { throw ExitCode(ExitStatus.failure) }
            return
        }
        let tree = try InspectedTree("store.tree", on: place.disk)
        print(json ? "{\"tree\":" + tree.json.line + ",\"log\":" : tree.text)
        // A store that was restored and never opened has no log yet.
        let hasLog = try answering { () throws(StorageError) in try place.disk.list() }
            .contains { SegmentName($0).isSegment }
        if json, !hasLog { print("null") }
        let isLogIntact = try !hasLog || inspectLog(place)
        if json { print("}") }
        if !tree.found.isClean || !isLogIntact { throw ExitCode(ExitStatus.failure) }
    }

    /// - Returns: whether it is intact.
    private func inspectLog(_ place: LogPlace) throws -> Bool {
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
        return inspection.isIntact
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
