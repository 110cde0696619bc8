import Glibc
import StrataRESP

/// Settings in the order in which they were given: out of a configuration file, what it includes, and a command line.
/// What they mean is for others to say;
/// of a name that is given twice the last counts, or both (`save`, `include`).
package struct ConfigFile: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// In lower case.
        package var name: String
        package var values: [String]
        /// Where it is written: "redis.conf:12", "command line".
        package var origin: String
    }

    package struct Failure: Error, Equatable, CustomStringConvertible {
        package var origin: String
        package var line: String
        package var reason: String

        /// In the layout of Redis.
        package var description: String {
            """

            *** FATAL CONFIG FILE ERROR ***
            Reading the configuration, at \(origin)
            >>> '\(line)'
            \(reason)
            """
        }
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// The values that `name` was last given.
    package func last(_ name: String) -> [String]? { entries.last { $0.name == name }?.values }

    /// One line's worth: `value` where the setting takes one, else the values with spaces between.
    package func lastText(_ name: String) -> String? { last(name)?.joined(separator: " ") }

    // MARK: Reading

    /// Files within files: more is a file that includes itself.
    private static let maximalDepth = 16

    package mutating func read(file: String) throws(Failure) { try read(file: file, depth: 0) }

    /// - Parameter name: what the text is called in errors.
    package mutating func read(text: [UInt8], name: String) throws(Failure) {
        try read(text: text, name: name, depth: 0)
    }

    /// `--name value value --name value`, as on the command line of redis-server.
    package mutating func read(options: [String]) throws(Failure) {
        var index = 0
        while index < options.count {
            let word = options[index]
            guard word.hasPrefix("--"), word.count > 2 else {
                throw Failure(origin: "command line", line: word, reason: "Bad directive or wrong number of arguments")
            }
            var values: [String] = []
            index += 1
            while index < options.count, !options[index].hasPrefix("--") {
                values.append(options[index])
                index += 1
            }
            // One word with all values in it, as `--save "900 1 300 10"`, is split by whoever reads them.
            entries.append(Entry(name: word.dropFirst(2).lowercased(), values: values, origin: "command line"))
        }
    }

    private mutating func read(file: String, depth: Int) throws(Failure) {
        guard depth < Self.maximalDepth else {
            throw Failure(
                origin: file, line: "include", reason: "files include each other more than \(Self.maximalDepth) deep")
        }
        guard let text = FileBytes.read(file) else {
            throw Failure(
                origin: file, line: file,
                reason: "Can't open config file '\(file)': \(String(cString: strerror(errno)))")
        }
        try read(text: text, name: file, depth: depth)
    }

    private mutating func read(text: [UInt8], name: String, depth: Int) throws(Failure) {
        for (index, line) in text.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.trimmingSpace
            guard let first = trimmed.first, first != UInt8(ascii: "#") else { continue }
            let origin = "\(name):\(index + 1)"
            let shown = String(decoding: trimmed, as: UTF8.self)
            let arguments = Arguments()
            guard Array(trimmed).withLent({ QuotedWords.split($0, into: arguments) }) else {
                throw Failure(origin: origin, line: shown, reason: "Unbalanced quotes in configuration line")
            }
            guard arguments.count > 0 else { continue }
            let words = arguments.words.map { String(decoding: $0, as: UTF8.self) }
            let setting = words[0].lowercased()
            guard setting == "include" else {
                entries.append(Entry(name: setting, values: Array(words.dropFirst()), origin: origin))
                continue
            }
            guard words.count == 2 else {
                throw Failure(origin: origin, line: shown, reason: "Bad directive or wrong number of arguments")
            }
            for file in FileBytes.matching(words[1]) { try read(file: file, depth: depth + 1) }
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingSpace: ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 32 || (byte >= 9 && byte <= 13) }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return []
        }
        return self[first...last]
    }
}
