import ArgumentParser
import StrataDisk
import StrataLab
import StrataRESP
import StrataRedis

/// `strata rdb`.
struct RDBCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rdb",
        abstract: "Look into dumps of Redis (dump.rdb), versions 1 to 12.",
        discussion: """
            Examples:
              strata rdb check dump.rdb
              strata rdb check --digest dump.rdb          what DEBUG DIGEST answers for it
              strata rdb dump dump.rdb | less
              strata rdb json --key 'user:*' dump.rdb     one JSON document per line and key
            """,
        subcommands: [RDBCheckCommand.self, RDBDumpCommand.self, RDBJSONCommand.self])
}

/// A dump's file, and reading it.
struct RDBPlace: ParsableArguments {
    @Argument(help: ArgumentHelp("A dump.", valueName: "file"), completion: .file())
    var path: String

    @Flag(name: .customLong("no-checksum"), help: "Read on though the checksum at the end is wrong.")
    var ignoresChecksum = false

    /// Says what is wrong and throws the exit status of a failure where the file is no whole dump.
    @discardableResult
    func read(into visitor: any RDBVisitor) throws -> RDBReader.Summary {
        let place = try LogPlace(path)
        guard let name = place.segment else {
            StandardError.write("Error: \(path) is a directory\n")
            throw ExitCode(ExitStatus.usage)
        }
        do throws(StorageError) {
            return try RDBFile.load(from: place.disk, name: name, into: visitor, verifies: !ignoresChecksum)
        } catch {
            StandardError.write("Error: \(error)\n")
            if case .io = error.kind { throw ExitCode(ExitStatus.usage) }
            throw ExitCode(ExitStatus.failure)
        }
    }
}

/// `strata rdb check FILE`.
struct RDBCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a dump to its last byte and say what it holds.",
        discussion: """
            Every element is decoded, and the checksum compared.

            Exit status: 0 whole, 1 damaged, 2 wrong usage or not readable.
            """)

    @OptionGroup var place: RDBPlace
    @Flag(help: "Also sum up the data as DEBUG DIGEST of a server does.")
    var digest = false

    func run() throws {
        let collector = RDBRecordCollector()
        let summary = try place.read(into: collector)
        let tally = collector.tally
        print("version \(summary.version), \(summary.size) bytes, ", terminator: "")
        print(
            summary.checksum == nil ? "no checksum" : place.ignoresChecksum ? "checksum not compared" : "checksum right"
        )
        for (name, value) in tally.auxiliary { print("  \(name): \(value)") }
        print("\(tally.keys) keys in \(tally.databases.count) databases, \(tally.expiring) of them expire")
        for (type, count) in tally.types.sorted(by: { $0.key < $1.key }) { print("  \(type): \(count)") }
        if tally.empty > 0 { print("\(tally.empty) collections without elements, which a server skips") }
        if tally.fieldsExpiring > 0 {
            print("\(tally.fieldsExpiring) fields of hashes expire, which Redis before 7.4 does not know")
        }
        if !tally.functions.isEmpty { print("\(tally.functions.count) function libraries") }
        if !tally.modules.isEmpty { print("data of modules: \(tally.modules.sorted().joined(separator: ", "))") }
        guard digest else { return }
        let sum = RDBDigest()
        try place.read(into: sum)
        print("digest \(sum.text)")
    }
}

/// Which keys are shown.
struct RDBSelection: ParsableArguments {
    @Option(help: ArgumentHelp("Only keys that match.", valueName: "pattern"))
    var key: String?
    @Option(help: ArgumentHelp("Only of this database.", valueName: "number"))
    var db: Int?

    func contains(_ record: RDBRecord) -> Bool {
        if let db, record.database != db { return false }
        guard let key else { return true }
        return Array(key.utf8).withLent { pattern in record.key.withLent { Glob.matches(pattern, $0) } }
    }
}

/// `strata rdb dump FILE`.
struct RDBDumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Show a dump's keys with their values as text.",
        discussion: "Exit status: 0 whole, 1 damaged (what came before is shown), 2 wrong usage or not readable.")

    @OptionGroup var selection: RDBSelection
    @Flag(help: "Whole values, not their first 10 elements and 256 bytes each.")
    var full = false
    @OptionGroup var place: RDBPlace

    func run() throws {
        try place.read(into: RDBRecordCollector { if selection.contains($0) { show($0) } })
    }

    private func text(_ bytes: [UInt8]) -> String {
        "\"" + EscapedText.escape(bytes.span.bytes, limit: full ? .max : 256, quote: true) + "\""
    }

    private func show(_ record: RDBRecord) {
        let type = record.type.valueType.map { "\($0.name)" } ?? "module"
        var line = "\(record.database) \(type) \(text(record.key))"
        if let expiry = record.expiry { line += " expires \(expiry) ms" }
        switch record.content {
        case .string(let bytes): print(line + " = " + text(bytes))
        case .module(let name): print(line + " of module \(name)")
        case .list(let elements), .set(let elements): show(line, elements) { text($0) }
        case .hash(let fields):
            show(line, fields) { field in
                text(field.field) + " = " + text(field.value) + (field.expiry.map { " expires \($0) ms" } ?? "")
            }
        case .sortedSet(let members): show(line, members) { "\($0.score) " + text($0.member) }
        case .stream(let stream):
            show(line, stream.entries) { $0.id.text + " " + $0.words.map(text).joined(separator: " ") }
            for group in stream.groups {
                print("  group \(text(group.name)) at \(group.last.text), \(group.pending.count) pending")
                for consumer in group.consumers {
                    print("    consumer \(text(consumer.name)), \(consumer.owned.count) pending")
                }
            }
        }
    }

    private func show<Element>(_ line: String, _ elements: [Element], _ text: (Element) -> String) {
        print("\(line), \(elements.count)")
        for element in elements.prefix(full ? .max : 10) { print("  " + text(element)) }
        if !full, elements.count > 10 { print("  ... \(elements.count - 10) more") }
    }
}
