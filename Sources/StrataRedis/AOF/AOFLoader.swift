import StrataDisk
import StrataRESP

/// Loads base and increments, in order.
package struct AOFLoader {
    /// `aof-load-truncated`: a tail that ends inside a command is cut off the last file, with a report, instead of refused.
    package var loadsTruncated = true
    /// Told file, offset and size as the load goes on.
    package var onProgress: ((_ file: String, _ offset: UInt64, _ size: UInt64) -> Void)?

    package init() {}

    package struct Report: Sendable {
        package struct Loaded: Sendable {
            package var file: String
            package var bytes: UInt64
            package var commands: UInt64
        }
        package struct Truncation: Sendable {
            package var file: String
            /// New size, and what was dropped.
            package var offset: UInt64
            package var dropped: UInt64

            /// As Redis 7.0 logs it.
            package var logLines: [String] {
                [
                    "!!! Warning: short read while loading the AOF file \(file)!!!",
                    "AOF \(file) loaded anyway because aof-load-truncated is enabled",
                    "Truncating the AOF \(file) at offset \(offset)",
                ]
            }
        }
        package var files: [Loaded] = []
        package var truncation: Truncation?
        package var keysOfDumps: UInt64 = 0
    }

    /// - Parameters:
    ///   - dump: receives the base where it is a dump, and a dump before the commands of any file.
    ///   - apply: carries one command out and returns whether there is such a command. MULTI and EXEC come as any other; what
    ///     follows a MULTI without EXEC is never to be carried out, so the caller queues.
    package func load(
        _ directory: AOFDirectory, dump: any RDBVisitor, apply: (Arguments) -> Bool
    ) throws(AOFError) -> Report {
        var report = Report()
        let entries = directory.manifest.live
        // All of them are there before the first is loaded.
        _ = try directory.sizes()
        for (index, entry) in entries.enumerated() {
            let isLast = index == entries.count - 1
            try load(entry.name, isLast: isLast, of: directory.disk, dump, apply, &report)
        }
        return report
    }

    private func load(
        _ name: String, isLast: Bool, of disk: any Disk, _ dump: any RDBVisitor, _ apply: (Arguments) -> Bool,
        _ report: inout Report
    ) throws(AOFError) {
        let file: any File
        do { file = try disk.open(name, .read, method: .fdatasync) } catch { throw AOFDirectory.opening(error, name) }
        defer { try? file.close() }
        let start = try preamble(of: file, name, dump, &report)
        let reader: AOFReader
        do { reader = try AOFReader(file, from: start) } catch { throw .storage(error) }
        if let onProgress { reader.onProgress = { onProgress(name, $0, reader.size) } }
        loop: while true {
            let step: AOFReader.Step
            do { step = try reader.next() } catch { throw .storage(error) }
            switch step {
            case .command:
                if apply(reader.arguments) { continue }
                // Part of its name may be in a hole.
                guard loadsTruncated, isLast, reader.arguments[0].buffer.contains(0) else {
                    throw .unknownCommand(reader.arguments[0].text, file: name)
                }
                try cut(name, reader, to: min(reader.validEnd, reader.commandStart), of: disk, &report)
                break loop
            case .timestamp, .annotation: continue
            case .end: break loop
            case .malformed:
                let isTorn: Bool
                do { isTorn = try reader.hasHole(from: reader.offset) } catch { throw .storage(error) }
                guard loadsTruncated, isLast, isTorn else { throw .format(file: name, at: reader.offset) }
                try cut(name, reader, to: reader.validEnd, of: disk, &report)
                break loop
            case .truncated:
                guard loadsTruncated, isLast else {
                    throw .truncated(file: name, at: reader.validEnd, isLast: isLast || !loadsTruncated)
                }
                try cut(name, reader, to: reader.validEnd, of: disk, &report)
                break loop
            }
        }
        report.files.append(.init(file: name, bytes: reader.size, commands: reader.commands))
    }

    private func cut(
        _ name: String, _ reader: AOFReader, to end: UInt64, of disk: any Disk, _ report: inout Report
    ) throws(AOFError) {
        report.truncation = .init(file: name, offset: end, dropped: reader.size - end)
        do { try Self.truncate(name, to: end, on: disk) } catch { throw .storage(error) }
    }

    /// Loads the dump that the file begins with, and returns where the commands begin.
    private func preamble(
        of file: any File, _ name: String, _ dump: any RDBVisitor, _ report: inout Report
    ) throws(AOFError) -> UInt64 {
        do {
            let input = try RDBInput(file)
            guard input.remaining >= UInt64(RDBFormat.magic.utf8CodeUnitCount), try input.peek() == UInt8(ascii: "R")
            else { return 0 }
            let size = input.remaining
            if let onProgress { input.onProgress = { onProgress(name, $0, size) } }
            let summary = try RDBReader(input).read(into: dump)
            report.keysOfDumps += summary.keys
            return summary.size
        } catch { throw .preamble(error, file: name) }
    }

    /// Cuts a file, durably.
    static func truncate(_ name: String, to size: UInt64, on disk: any Disk) throws(StorageError) {
        let file = try disk.open(name, .readWrite, method: .fdatasync)
        do {
            try file.truncate(to: size)
            try file.sync()
        } catch {
            try? file.close()
            throw error
        }
        try file.close()
    }
}
