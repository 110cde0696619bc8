import StrataRESP

/// Which files make up an append-only file, and in which order.
package struct AOFManifest: Sendable, Equatable {
    package enum Kind: UInt8, Sendable {
        case base = 0x62
        case increment = 0x69
        case history = 0x68
    }

    package struct Entry: Sendable, Equatable {
        package var name: String
        package var sequence: Int64
        package var kind: Kind
    }

    package var base: Entry?
    package var history: [Entry] = []
    package var increments: [Entry] = []
    /// The highest numbers given so far.
    package var baseSequence: Int64 = 0
    package var incrementSequence: Int64 = 0

    package init() {}

    /// Base and increments: what is loaded, in order.
    package var live: [Entry] { (base.map { [$0] } ?? []) + increments }

    /// A name that no file of this manifest has had.
    package mutating func newBase(of name: String, isRDB: Bool) -> Entry {
        baseSequence += 1
        let suffix = isRDB ? AOFFormat.baseRDBSuffix : AOFFormat.baseAOFSuffix
        return Entry(name: "\(name).\(baseSequence)\(suffix)", sequence: baseSequence, kind: .base)
    }

    package mutating func newIncrement(of name: String) -> Entry {
        incrementSequence += 1
        return Entry(
            name: "\(name).\(incrementSequence)\(AOFFormat.incrementSuffix)", sequence: incrementSequence,
            kind: .increment)
    }

    /// `base` holds all that the base and the increments but the last `kept` held; those become history.
    package mutating func replace(by base: Entry, keeping kept: Int) {
        let old = (self.base.map { [$0] } ?? []) + increments.dropLast(kept)
        history += old.map { Entry(name: $0.name, sequence: $0.sequence, kind: .history) }
        increments = Array(increments.suffix(kept))
        self.base = base
    }

    /// The file's text.
    package var text: String {
        live.prefix(base == nil ? 0 : 1).map(Self.line).joined() + history.map(Self.line).joined()
            + increments.map(Self.line).joined()
    }

    private static func line(_ entry: Entry) -> String {
        "file \(quoted(entry.name)) seq \(entry.sequence) type \(UnicodeScalar(entry.kind.rawValue))\n"
    }

    /// As it is, or between quotes where words could not be told apart otherwise.
    private static func quoted(_ name: String) -> String {
        let bytes = Array(name.utf8)
        let isPlain = bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x27 && $0 != 0x5C }
        return isPlain && !bytes.isEmpty ? name : bytes.withLent { Quoted.text($0) }
    }
}

/// Why a manifest cannot be used; the reasons are those that Redis 7.0 logs.
package struct AOFManifestError: Error, Sendable, Equatable {
    package enum Reason: String, Sendable {
        case empty = "Found an empty AOF manifest"
        case longLine = "The AOF manifest file contains too long line"
        case format = "Invalid AOF manifest file format"
        case path = "File can't be a path, just a filename"
        case duplicateBase = "Found duplicate base file information"
        case sequence = "Found a non-monotonic sequence number"
        case type = "Unknown AOF file type"
    }

    package var reason: Reason
    /// From 1.
    package var line: Int
    /// The line, without its end.
    package var text: String
}

extension AOFManifest {
    /// Reads a manifest's bytes.
    package init(_ bytes: [UInt8]) throws(AOFManifestError) {
        var number = 0
        var at = 0
        guard !bytes.isEmpty else { throw AOFManifestError(reason: .empty, line: 0, text: "") }
        while at < bytes.count {
            number += 1
            // As `fgets` with a buffer of one more: a longer line comes in pieces, and the first has no end.
            let limit = min(bytes.count, at + AOFFormat.longestManifestLine)
            let end = bytes[at..<limit].firstIndex(of: 10)
            let line = bytes[at..<(end ?? limit)]
            func refuse(_ reason: AOFManifestError.Reason) -> AOFManifestError {
                AOFManifestError(reason: reason, line: number, text: String(decoding: line, as: UTF8.self))
            }
            if line.first == UInt8(ascii: "#"), end != nil {
                at = limit
                if let end { at = end + 1 }
                continue
            }
            guard let end else { throw refuse(.longLine) }
            at = end + 1
            do { try add(Self.words(line)) } catch { throw refuse(error) }
        }
    }

    private static func words(_ line: ArraySlice<UInt8>) throws(AOFManifestError.Reason) -> [String] {
        let arguments = Arguments()
        guard Array(line).withLent({ QuotedWords.split($0, into: arguments) }) else { throw .format }
        guard arguments.count >= 6, arguments.count.isMultiple(of: 2) else { throw .format }
        return arguments.words.map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func add(_ words: [String]) throws(AOFManifestError.Reason) {
        var name: String?
        var sequence: Int64 = 0
        var type: UInt8?
        for at in stride(from: 0, to: words.count, by: 2) {
            switch words[at].lowercased() {
            case "file":
                guard !words[at + 1].contains("/"), !words[at + 1].contains("\\") else { throw .path }
                name = words[at + 1]
            case "seq": sequence = Int64(words[at + 1]) ?? 0
            case "type": type = words[at + 1].utf8.first
            default: break  // Keys of later versions.
            }
        }
        guard let name, !name.isEmpty, sequence != 0, let type else { throw .format }
        guard let kind = Kind(rawValue: type) else { throw .type }
        let entry = Entry(name: name, sequence: sequence, kind: kind)
        switch kind {
        case .base:
            guard base == nil else { throw .duplicateBase }
            base = entry
            baseSequence = sequence
        case .history: history.append(entry)
        case .increment:
            guard sequence > incrementSequence else { throw .sequence }
            increments.append(entry)
            incrementSequence = sequence
        }
    }
}

extension AOFManifestError.Reason: Error {}
