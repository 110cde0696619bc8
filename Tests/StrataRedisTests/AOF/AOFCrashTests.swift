import StrataDisk
import StrataJournal
import StrataRESP
import StrataRedis
import StrataSim
import Testing

/// The power goes off at every call to the disk, and what was acknowledged is there.
@Suite struct AOFCrashTests {
    enum Plot: CaseIterable {
        case appending, rewriting, enabling
    }

    private func value(_ number: Int) -> String { String(repeating: "w", count: number % 5 * 150 + 1) }

    /// Appends numbered changes, and marks each that is acknowledged. The keys of a dump are the numbers up to its snapshot.
    private func tell(_ plot: Plot, on sim: SimulatedDisk, _ disk: any Disk) throws {
        var number = 0
        let name = "appendonly.aof"
        let directory = try AOFDirectory(on: disk, name: name)
        func append(_ writer: AOFWriter, _ count: Int) throws(StorageError) {
            for _ in 0..<count {
                number += 1
                let unit = CommandEncoder()
                unit.add(in: number % 2, "SET", "\(number)", value(number))
                if number % 3 == 0 { unit.add(in: 0, "INCR", "twin") }
                let ticket = try writer.append(unit, now: 0)
                try writer.flush()
                try writer.wait(through: ticket ?? 0)
                sim.mark(UInt64(number))
            }
        }
        func snapshot(_ writer: RDBWriter, _ end: Int) {
            writer.encoder.select(0, keys: end, expiring: 0)
            for key in 1...end {
                Array("\(key)".utf8).withLent { writer.encoder.key($0, type: .string) }
                writer.encoder.string("v")
            }
        }
        let writer = try AOFWriter(directory, policy: .always, threading: .inline)
        try append(writer, 4)
        if plot == .rewriting {
            for round in 0..<2 {
                let rewrite = try AOFRewrite(writer, process: 1)
                try rewrite.begin()
                let end = number
                try append(writer, 2)
                if round == 0 {
                    try rewrite.writeDump(.init()) { snapshot($0, end) }
                } else {
                    try rewrite.writeCommands { (file) throws(StorageError) in
                        for key in 1...end {
                            try file.begin(3)
                            for word in ["SET", "\(key)", "v"] { file.add(word) }
                        }
                    }
                }
                try append(writer, 1)
                try rewrite.finish()
                try append(writer, 2)
            }
        }
        try writer.close()
        if plot == .enabling {
            // Switched off, changed without a log, and on again.
            let again = try AOFDirectory(on: disk, name: name)
            number += 3
            let (rewrite, writer) = try AOFRewrite.enable(again, policy: .always, process: 1, threading: .inline)
            let end = number
            let unit = CommandEncoder()
            unit.add(in: 0, "SET", "\(number + 1)", "v")
            number += 1
            let ticket = try writer.append(unit, now: 0)
            try writer.flush()
            try writer.wait(through: ticket ?? 0)
            try rewrite.writeDump(.init()) { snapshot($0, end) }
            try rewrite.finish()
            sim.mark(UInt64(number))
            try append(writer, 3)
            try writer.close()
        }
        // A start after all that goes on where it ended.
        let last = try AOFDirectory(on: disk, name: name)
        let more = try AOFWriter(last, policy: .always, threading: .inline)
        try append(more, 1)
        try more.close()
    }

    /// Nil where everything up to the last mark is there, once and in order.
    private func violation(_ state: CrashState, _ plot: Plot) -> String? {
        do {
            let directory = try AOFDirectory(on: state.disk, name: "appendonly.aof")
            try directory.removeTemporaries()
            let found = try Replayed(directory)
            var numbers = found.records.compactMap { Int(String(decoding: $0.key, as: UTF8.self)) }.sorted()
            numbers += found.changes.filter { $0[0] == "SET" }.compactMap { Int($0[1]) }
            let acknowledged = Int(state.marks.last ?? 0)
            // What was changed while no log was kept is there with the dump that the mark stands behind.
            let isComplete = numbers == Array(1...max(1, numbers.count)) || numbers.isEmpty
            guard isComplete else { return "not in order: \(numbers)" }
            guard numbers.count >= acknowledged else { return "\(numbers.count) of \(acknowledged)" }
            // What is beyond the last mark was never acknowledged, and may have holes in it.
            for change in found.changes where change[0] == "SET" && change[2] != "v" {
                guard let key = Int(change[1]), key <= acknowledged else { continue }
                guard change[2] == value(key) else { return "another value of \(key)" }
            }
            let pairs = found.changes.filter { $0[0] == "INCR" }.count
            let wanted = found.changes.filter { $0[0] == "SET" && $0[2] != "v" && (Int($0[1]) ?? 1) % 3 == 0 }.count
            guard plot == .enabling || pairs >= wanted - 2 else { return "half of a transaction" }
            // It can be opened, appended to and loaded again.
            let writer = try AOFWriter(directory, policy: .always, threading: .inline)
            try writer.put("SET", "again", "v")
            try writer.close()
            let again = try Replayed(try AOFDirectory(on: state.disk, name: "appendonly.aof"))
            guard again.changes.last == ["SET", "again", "v"] else { return "an append after the crash is missing" }
            return nil
        } catch { return "\(error)" }
    }

    private func sweep(_ plot: Plot, _ carelessness: CarelessDisk.Carelessness?) throws -> (states: Int, first: String?)
    {
        struct Enough: Error {}
        let sim = SimulatedDisk()
        try tell(plot, on: sim, carelessness.map { CarelessDisk(sim, $0) } ?? sim)
        var bounds = CrashStates.Bounds()
        (bounds.subsets, bounds.singles, bounds.random) = (32, 12, 6)
        var states = 0
        var first: String?
        do {
            try CrashStates(of: sim.trace, bounds: bounds).forEach { (state) throws(Enough) in
                states += 1
                if let problem = violation(state, plot) {
                    first = "\(problem)\n\(state)"
                    throw Enough()
                }
            }
        } catch {}
        return (states, first)
    }

    @Test(arguments: Plot.allCases)
    func whatIsAcknowledgedSurvives(_ plot: Plot) throws {
        let outcome = try sweep(plot, nil)
        print("crash sweep aof \(plot): \(outcome.states) states")
        #expect(outcome.first == nil, "\(outcome.first ?? "")")
        #expect(outcome.states > 40)
    }

    @Test(arguments: CarelessDisk.Carelessness.allCases)
    func carelessnessIsCaught(_ carelessness: CarelessDisk.Carelessness) throws {
        let outcome = try sweep(.rewriting, carelessness)
        #expect(outcome.first != nil, "\(carelessness) went unnoticed in \(outcome.states) states")
    }

    // MARK: Dumps

    private func sweepDumps(_ carelessness: CarelessDisk.Carelessness?) throws -> (states: Int, first: String?) {
        struct Enough: Error {}
        let sim = SimulatedDisk()
        let disk: any Disk = carelessness.map { CarelessDisk(sim, $0) } ?? sim
        for generation in 1...4 {
            try RDBFile.save(to: disk, name: "dump.rdb", temporary: "temp-1.rdb", options: .init()) { writer in
                for key in 0..<40 {
                    Array("\(generation):\(key)".utf8).withLent { writer.encoder.key($0, type: .string) }
                    writer.encoder.string(String(repeating: "\(generation)", count: 18))
                }
            }
            sim.mark(UInt64(generation))
        }
        var bounds = CrashStates.Bounds()
        (bounds.subsets, bounds.singles, bounds.random) = (64, 12, 8)
        var states = 0
        var first: String?
        do {
            try CrashStates(of: sim.trace, bounds: bounds).forEach { (state) throws(Enough) in
                states += 1
                let saved = Int(state.marks.last ?? 0)
                var found: [RDBRecord] = []
                do throws(StorageError) {
                    try RDBFile.load(from: state.disk, name: "dump.rdb", into: RDBRecordCollector { found.append($0) })
                } catch {
                    if saved == 0, error.kind == .missing { return }
                    first = "\(error)\n\(state)"
                    throw Enough()
                }
                let generation = found.first.map { Int($0.key[0]) - 48 } ?? 0
                guard found.count == 40, generation >= saved else {
                    first = "\(found.count) keys of generation \(generation), \(saved) was saved\n\(state)"
                    throw Enough()
                }
            }
        } catch {}
        return (states, first)
    }

    @Test func aSavedDumpSurvives() throws {
        let outcome = try sweepDumps(nil)
        print("crash sweep rdb: \(outcome.states) states")
        #expect(outcome.first == nil, "\(outcome.first ?? "")")
        #expect(outcome.states > 50)
    }

    @Test(arguments: [CarelessDisk.Carelessness.noDirectorySync, .renameBeforeSync])
    func carelessSavesAreCaught(_ carelessness: CarelessDisk.Carelessness) throws {
        #expect(try sweepDumps(carelessness).first != nil, "\(carelessness) went unnoticed")
    }
}
