/// Values by stream ids in order: runs of up to 512 in an array of runs. Ids that only grow, as those of delivered
/// entries do, are appended.
package final class StreamIDMap<Value> {
    private struct Run {
        var ids: ContiguousArray<StreamID> = []
        var values: ContiguousArray<Value> = []
    }
    private static var runLimit: Int { 512 }

    // None is empty.
    private var runs: ContiguousArray<Run> = []
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }
    package var first: StreamID? { runs.first?.ids.first }
    package var last: StreamID? { runs.last?.ids.last }
    var memoryBytes: Int { count * (MemoryLayout<StreamID>.size + MemoryLayout<Value>.size) + runs.count * 80 }

    /// The run that `id` is in or belongs into.
    private func run(for id: StreamID) -> Int {
        var low = 1
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].ids[0] <= id { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The first place in a run that is not below `id`.
    private func place(_ id: StreamID, in run: Int) -> Int {
        var low = 0
        var high = runs[run].ids.count
        while low < high {
            let middle = (low + high) / 2
            if runs[run].ids[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package subscript(id: StreamID) -> Value? {
        if runs.isEmpty { return nil }
        let run = run(for: id)
        let place = place(id, in: run)
        return place < runs[run].ids.count && runs[run].ids[place] == id ? runs[run].values[place] : nil
    }

    /// - Returns: false, and nothing changed, if there is one of that id.
    @discardableResult
    package func insert(_ value: Value, at id: StreamID) -> Bool {
        if runs.isEmpty { runs.append(Run()) }
        var run = run(for: id)
        var place = place(id, in: run)
        if place < runs[run].ids.count, runs[run].ids[place] == id { return false }
        count += 1
        if runs[run].ids.count == Self.runLimit {
            if place == Self.runLimit, run == runs.count - 1 {
                runs.append(Run())
                run += 1
                place = 0
            } else {
                let half = Self.runLimit / 2
                runs.insert(
                    Run(
                        ids: ContiguousArray(runs[run].ids[half...]),
                        values: ContiguousArray(runs[run].values[half...])),
                    at: run + 1)
                runs[run].ids.removeSubrange(half...)
                runs[run].values.removeSubrange(half...)
                if place > half {
                    run += 1
                    place -= half
                }
            }
        }
        runs[run].ids.insert(id, at: place)
        runs[run].values.insert(value, at: place)
        return true
    }

    @discardableResult
    package func remove(_ id: StreamID) -> Value? {
        if runs.isEmpty { return nil }
        let run = run(for: id)
        let place = place(id, in: run)
        guard place < runs[run].ids.count, runs[run].ids[place] == id else { return nil }
        count -= 1
        let value = runs[run].values[place]
        if runs[run].ids.count == 1 {
            runs.remove(at: run)
        } else {
            runs[run].ids.remove(at: place)
            runs[run].values.remove(at: place)
        }
        return value
    }

    /// From `from` on, ascending, until `body` answers false. The map must not be changed meanwhile.
    package func forEach(from: StreamID = .zero, _ body: (StreamID, Value) -> Bool) {
        if runs.isEmpty { return }
        var run = run(for: from)
        var place = place(from, in: run)
        while run < runs.count {
            while place < runs[run].ids.count {
                if !body(runs[run].ids[place], runs[run].values[place]) { return }
                place += 1
            }
            run += 1
            place = 0
        }
    }
}
