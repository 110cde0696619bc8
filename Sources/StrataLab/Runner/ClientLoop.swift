import Glibc
import StrataDisk
import StrataWorkload

/// One client's thread of a throughput cell: works until the window ends. Allocates nothing for an operation.
struct ClientLoop {
    private var work: ClientWork
    private let mix: OperationMix
    let clients: Int
    /// 1 blocks for every write.
    let outstanding: Int
    let window: MeasuredWindow
    var schedule: ArrivalSchedule
    let clock: any MonotonicClock
    let stop: StopFlag

    init(
        _ work: ClientWork, index: Int, cell: Cell, window: MeasuredWindow, seed: UInt64, clock: any MonotonicClock,
        stop: StopFlag
    ) {
        self.work = work
        mix = cell.mix
        clients = cell.clients
        outstanding = cell.outstanding
        self.window = window
        schedule = ArrivalSchedule(cell.arrival, client: index, clients: cell.clients, seed: seed)
        self.clock = clock
        self.stop = stop
    }

    mutating func run() throws -> ClientRecord {
        let isOpen = schedule.process.perSecond != nil
        var record = ClientRecord(window: window, isOpen: isOpen, mix: mix)
        switch (outstanding > 1, isOpen) {
        case (false, false): try blockingClosed(&record)
        case (false, true): try blockingOpen(&record)
        case (true, _): try pipelined(&record, isOpen: isOpen)
        }
        return record
    }

    private mutating func blockingClosed(_ record: inout ClientRecord) throws {
        var now = clock.nanoseconds()
        while now < window.end, !stop.isRaised {
            let sent = now
            let outcome = try work.perform(work.next())
            now = clock.nanoseconds()
            record.record(outcome, intended: sent, sent: sent, done: now)
        }
    }

    private mutating func blockingOpen(_ record: inout ClientRecord) throws {
        while let offset = schedule.next(), window.origin + offset < window.end, !stop.isRaised {
            let intended = window.origin + offset
            let sent = pause(until: intended)
            guard sent < window.deadline else { return giveUp(from: intended, &record) }
            let outcome = try work.perform(work.next())
            record.record(outcome, intended: intended, sent: sent, done: clock.nanoseconds())
        }
    }

    private struct InFlight {
        var ticket: UInt64
        var intended: UInt64
        var sent: UInt64
        var outcome: ClientWork.Outcome
    }

    /// Writes in flight, oldest first, in a ring of fixed size.
    private struct Ring: ~Copyable {
        private let slots: UnsafeMutablePointer<InFlight>
        private let capacity: Int
        private var head = 0
        private(set) var count = 0

        init(capacity: Int) {
            self.capacity = capacity
            slots = .allocate(capacity: capacity)
        }

        deinit { slots.deallocate() }

        var isFull: Bool { count == capacity }
        var oldest: InFlight { slots[head] }

        mutating func append(_ write: InFlight) {
            precondition(count < capacity, "more in flight than the cell allows")
            (slots + (head + count) % capacity).initialize(to: write)
            count += 1
        }

        mutating func removeOldest() {
            head = (head + 1) % capacity
            count -= 1
        }
    }

    /// Keeps up to `outstanding` writes in flight, and waits for the oldest where the window is full or nothing is due. Reads
    /// take their turn among them.
    private mutating func pipelined(_ record: inout ClientRecord, isOpen: Bool) throws {
        var ring = Ring(capacity: outstanding)
        while !stop.isRaised {
            if ring.isFull { try reap(&ring, &record) }
            var sent = clock.nanoseconds()
            var intended = sent
            if isOpen {
                guard let offset = schedule.next(), window.origin + offset < window.end else { break }
                intended = window.origin + offset
                while sent < intended, ring.count > 0 {
                    try reap(&ring, &record)
                    sent = clock.nanoseconds()
                }
                sent = pause(until: intended)
                guard sent < window.deadline else {
                    giveUp(from: intended, &record)
                    break
                }
            } else if sent >= window.end {
                break
            }
            let (ticket, outcome) = try work.submit(work.next())
            if let ticket {
                ring.append(InFlight(ticket: ticket, intended: intended, sent: sent, outcome: outcome))
            } else {
                record.record(outcome, intended: intended, sent: sent, done: clock.nanoseconds())
            }
        }
        while ring.count > 0 { try reap(&ring, &record) }
    }

    private mutating func reap(_ ring: inout Ring, _ record: inout ClientRecord) throws {
        let newest = try work.wait(through: ring.oldest.ticket)
        let done = clock.nanoseconds()
        while ring.count > 0, ring.oldest.ticket <= newest {
            let write = ring.oldest
            work.acknowledge(write.outcome.kind)
            record.record(write.outcome, intended: write.intended, sent: write.sent, done: done)
            ring.removeOldest()
        }
    }

    /// Returns the time when `time` has come; at once where it has passed. Sleeps short of it and yields for the rest:
    /// the kernel wakes sleepers some 50 us late, which would count as latency.
    private func pause(until time: UInt64) -> UInt64 {
        var now = clock.nanoseconds()
        while now < time, !stop.isRaised {
            let ahead = time - now
            if ahead > 90_000 {
                // In pieces, so that a signal ends a slow schedule soon.
                var rest = timespec(tv_sec: 0, tv_nsec: Int(min(ahead - 70_000, 100_000_000)))
                nanosleep(&rest, nil)
            } else {
                sched_yield()
            }
            now = clock.nanoseconds()
        }
        return now
    }

    /// Counts what this client would still have sent, by its mean rate.
    private func giveUp(from intended: UInt64, _ record: inout ClientRecord) {
        let rate = (schedule.process.perSecond ?? 0) / Double(clients)
        record.unsent += 1 + UInt64(Double(window.end - intended) / 1e9 * rate)
    }
}
