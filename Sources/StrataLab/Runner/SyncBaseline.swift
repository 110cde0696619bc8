import StrataDisk

/// What the directory's device does before any system is on top: every sync method with one small and one larger write,
/// each durable before the next. The table that PostgreSQL's pg_test_fsync prints, over a preallocated file.
package struct SyncBaseline: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        package var method: SyncMethod
        package var writeBytes: Int
        /// Nil where the method is not supported here.
        package var perSecond: Double?
        package var count: UInt64
        package var note: String
    }

    package var lines: [Line]

    /// Bytes of one write: a record, and the page of a database.
    package static let sizes = [8192, 256]
    /// The file is as long as this and is written round and round.
    private static let fileBytes = 8 << 20
    private static let fileName = "sync-baseline.tmp"

    /// Takes `seconds` for every method and size, in a file below `directory` that is removed afterwards.
    package static func measure(
        directory: String, seconds: Double, clock: any MonotonicClock, stop: StopFlag
    ) throws(StorageError) -> SyncBaseline {
        let disk = try PosixDisk(path: directory)
        if try disk.list().contains(fileName) { try disk.remove(fileName) }
        let filled = try disk.open(fileName, .create, method: .fdatasync)
        defer { try? disk.remove(fileName) }
        try filled.allocate(to: UInt64(fileBytes), by: .zeroFill)
        try filled.sync()
        try filled.close()
        var lines: [Line] = []
        for size in sizes {
            for method in SyncMethod.allCases where !stop.isRaised {
                do throws(StorageError) {
                    lines.append(try line(method, size, disk, seconds, clock))
                } catch {
                    guard case .unsupported = error.kind else { throw error }
                    lines.append(
                        Line(method: method, writeBytes: size, perSecond: nil, count: 0, note: error.description))
                }
            }
        }
        return SyncBaseline(lines: lines)
    }

    private static func line(
        _ method: SyncMethod, _ size: Int, _ disk: PosixDisk, _ seconds: Double, _ clock: any MonotonicClock
    ) throws(StorageError) -> Line {
        let file = try disk.open(fileName, .readWrite, method: method)
        defer { try? file.close() }
        // Direct writes are whole blocks, as a log would have to make of a small record.
        let step = (size + file.writeAlignment - 1) / file.writeAlignment * file.writeAlignment
        let buffer = IOBuffer(capacity: step)
        buffer.append(zeros: step)
        buffer.store(littleEndian: UInt64(0x5354_5241_5441), at: 0)
        var offset = 0
        var count: UInt64 = 0
        let start = clock.nanoseconds()
        var now = start
        while Double(now - start) < seconds * 1e9 {
            try buffer.withBytes { (bytes) throws(StorageError) in try file.writeAndSync(bytes, at: UInt64(offset)) }
            offset = offset + 2 * step <= fileBytes ? offset + step : 0
            count += 1
            now = clock.nanoseconds()
        }
        let note = step == size ? "" : "written as \(step) bytes"
        return Line(
            method: method, writeBytes: size, perSecond: Double(count) / (Double(now - start) / 1e9), count: count,
            note: method.isDurable ? note : "not durable")
    }

    /// `baseline.csv`.
    package var csv: String {
        CSVText.line(ResultSchema.baselineHeader)
            + lines.map { line in
                CSVText.line([
                    line.method.rawValue, String(line.writeBytes), line.perSecond.map(NumberText.format) ?? "",
                    line.perSecond.map { NumberText.format(1e6 / $0) } ?? "", String(line.count),
                    line.perSecond == nil ? "unsupported" : "ok", line.note,
                ])
            }.joined()
    }

    /// For the screen.
    package var table: String {
        var text = ""
        for size in Self.sizes {
            text += "Sync baseline, one write of \(size) bytes each:\n"
            for line in lines where line.writeBytes == size {
                let name = line.method.rawValue.padded(to: 18)
                if let rate = line.perSecond {
                    let note = line.note.isEmpty ? "" : "  (\(line.note))"
                    text += "  \(name) \(NumberText.human(rate).padded(to: -10)) ops/s "
                    text += "\(NumberText.human(1e6 / rate).padded(to: -9)) us/op\(note)\n"
                } else {
                    text += "  \(name) not supported: \(line.note)\n"
                }
            }
        }
        return text
    }
}
