import StrataDisk
import StrataRESP

/// Checking and cutting append-only files that no server has open.
package enum AOFRepair {
    package struct FileReport: Sendable {
        package enum Verdict: Sendable, Equatable {
            case whole
            /// Ends inside a command.
            case truncated
            /// Ends inside MULTI.
            case openTransaction
            case malformed
            /// Its dump, which is not repaired.
            case damagedDump(String)
        }
        package var name: String
        package var size: UInt64
        package var verdict: Verdict
        /// Everything before it is whole.
        package var validEnd: UInt64
        package var commands: UInt64
        package var keysOfDump: UInt64
        package var firstTimestamp: Int64?
        package var lastTimestamp: Int64?
        /// Where the wanted time begins.
        package var cut: UInt64?
    }

    /// Reads one file to its end, or to its first damage.
    /// - Parameter time: seconds since 1970; `cut` is then where the first later timestamp stands.
    package static func check(
        _ name: String, on disk: any Disk, until time: Int64? = nil
    ) throws(StorageError) -> FileReport {
        let file = try disk.open(name, .read, method: .fdatasync)
        defer { try? file.close() }
        var report = FileReport(
            name: name, size: try file.size(), verdict: .whole, validEnd: 0, commands: 0, keysOfDump: 0)
        var start: UInt64 = 0
        let input = try RDBInput(file)
        if try input.peek() == UInt8(ascii: "R") {
            do {
                let summary = try RDBReader(input).read(into: RDBRecordCollector())
                start = summary.size
                report.keysOfDump = summary.keys
            } catch {
                if case .io = error.kind { throw error }
                report.verdict = .damagedDump("\(error)")
                return report
            }
        }
        let reader = try AOFReader(file, from: start)
        loop: while true {
            let before = reader.offset
            switch try reader.next() {
            case .command, .annotation: continue
            case .timestamp(let seconds):
                report.firstTimestamp = report.firstTimestamp ?? seconds
                report.lastTimestamp = seconds
                if let time, seconds > time {
                    report.cut = before
                    break loop
                }
            case .end: break loop
            case .truncated:
                report.verdict = reader.isInsideMulti && reader.offset == reader.size ? .openTransaction : .truncated
                break loop
            case .malformed:
                report.verdict = .malformed
                break loop
            }
        }
        report.validEnd = reader.validEnd
        report.commands = reader.commands
        return report
    }

    /// Cuts `name` to `size` bytes, durably.
    package static func cut(_ name: String, to size: UInt64, on disk: any Disk) throws(StorageError) {
        try AOFLoader.truncate(name, to: size, on: disk)
    }

    /// Cuts everything that was appended after `time`: the first later timestamp, and all files behind its own.
    ///
    /// - Returns: the file that was cut and its new size; nil where nothing is later.
    package static func truncate(
        _ directory: AOFDirectory, after time: Int64
    ) throws(StorageError) -> (file: String, size: UInt64)? {
        let increments = directory.manifest.increments
        for (index, entry) in increments.enumerated() {
            let report = try check(entry.name, on: directory.disk, until: time)
            guard let cut = report.cut else { continue }
            // The manifest forgets later files before this one is cut: at no moment is there a gap.
            let later = increments[(index + 1)...]
            if !later.isEmpty {
                var next = directory.manifest
                next.increments.removeLast(later.count)
                next.history += later.map { .init(name: $0.name, sequence: $0.sequence, kind: .history) }
                try directory.replace(by: next)
            }
            try Self.cut(entry.name, to: cut, on: directory.disk)
            try directory.removeHistory()
            return (entry.name, cut)
        }
        return nil
    }
}
