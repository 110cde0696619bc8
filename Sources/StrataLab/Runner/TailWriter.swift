import Foundation
import Glibc
import StrataDisk
import StrataSystems
import StrataWorkload

/// The process that is killed in mid-write: opens a loaded store, writes updates without end, and tells the parent through a
/// shared page how far it is.
package enum TailWriter {
    /// Writes in flight.
    private static let window = 512

    /// Returns only where something fails: the exit status. `order` is a path that `KilledStoreMeasurement` wrote.
    package static func run(order path: String, factory: SystemFactory) -> Int32 {
        let watch = ParentWatch.start()
        defer { withExtendedLifetime(watch) {} }
        var errorFile: String?
        do {
            let order = try TailOrder(contentsOf: path)
            errorFile = order.errorFile
            try write(order, factory)
        } catch {
            let kind = error is SystemUnsupported ? unsupportedMark : ""
            if let errorFile { try? (kind + "\(error)").write(toFile: errorFile, atomically: true, encoding: .utf8) }
            return ExitStatus.failure
        }
        return ExitStatus.success
    }

    /// Before the reason in the error file, where the machine or system does not offer what the cell asks.
    static let unsupportedMark = "unsupported: "

    private static func write(_ order: TailOrder, _ factory: SystemFactory) throws {
        let cell = try order.cell()
        let pool = try ValuePool(cell, seed: order.seed)
        let progress = try TailProgress(path: order.progressFile)
        let system = try factory(
            cell.system, SystemConfiguration(cell, measure: .recovery, directory: order.directory, values: pool))
        try system.start()
        let client = try system.makeClient(0)
        progress.isReady = true
        // Without a tail, what is killed is a system at rest.
        if cell.logBytes == 0 { while true { pause() } }
        var stream = TailStream(cell, pool: pool, seed: order.seed)
        var inFlight: [(ticket: UInt64, bytes: UInt64)] = []
        inFlight.reserveCapacity(window)
        while true {
            let number = stream.number
            let key = stream.nextKey()
            progress.submitted = number + 1
            let write = try stream.withValue(of: number) { value in
                (ticket: try client.submit(key: key, value: value), bytes: UInt64(value.byteCount))
            }
            inFlight.append(write)
            guard inFlight.count == window else { continue }
            // The older half: the newer one keeps the system busy meanwhile.
            let newest = try client.wait(through: inFlight[window / 2 - 1].ticket)
            let done = inFlight.firstIndex { $0.ticket > newest } ?? inFlight.count
            progress.acknowledgedBytes += inFlight[..<done].reduce(0) { $0 + $1.bytes }
            progress.acknowledged += UInt64(done)
            inFlight.removeFirst(done)
        }
    }
}
