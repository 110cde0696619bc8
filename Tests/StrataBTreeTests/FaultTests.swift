import Glibc
import StrataBTree
import StrataDisk
import StrataSim
import Testing

@Suite struct FaultTests {
    private func key(_ number: Int) -> [UInt8] { Array("key \(100_000 + number)".utf8) }

    private func filled(_ disk: SimulatedDisk, _ options: BTreeOptions = smallOptions()) throws -> BTree {
        let tree = try BTree(on: disk, options: options)
        try commit(tree, at: 1) { (writer) throws(StorageError) in
            for number in 0..<1000 { try writer.put(key(number), Array("value \(number)".utf8)) }
        }
        return tree
    }

    private func isIO(_ code: Int32) -> (any Error) -> Bool {
        { error in if case .io(_, code) = (error as? StorageError)?.kind { true } else { false } }
    }

    private func isPoisoned(_ error: any Error) -> Bool {
        if case .poisoned = (error as? StorageError)?.kind { true } else { false }
    }

    @Test func aFullDiskIsNoticedBeforeAnythingIsWritten() throws {
        let disk = SimulatedDisk()
        let tree = try filled(disk)
        let before = disk.contents(of: "store.tree")
        disk.capacity = disk.usedBytes
        let writer = try tree.begin()
        var stored = 0
        #expect(throws: StorageError.self) {
            for number in 0..<20_000 {
                try writer.put(key(5000 + number), [UInt8](repeating: 1, count: 300))
                stored += 1
            }
        }
        #expect(stored > 0)
        #expect(disk.contents(of: "store.tree") == before)
        // The writer is as it was before the call that failed: what fitted is there, and can still be dropped.
        #expect(try writer.value(key(5000 + stored - 1)) != nil)
        #expect(try writer.value(key(5000 + stored)) == nil)
        writer.rollback()
        #expect(try tree.snapshot().all().count == 1000)
        // With room again it goes on.
        disk.capacity = nil
        try commit(tree, at: 2) { (writer) throws(StorageError) in
            for number in 0..<2000 { try writer.put(key(5000 + number), [UInt8](repeating: 1, count: 300)) }
        }
        #expect(try tree.snapshot().all().count == 3000)
    }

    /// The disk fills up at each of the first allocations, in puts and in the commit itself.
    @Test(arguments: 1...6)
    func aFullDiskAtAnyAllocationLosesOnlyTheRunningChange(_ nth: Int) throws {
        let disk = SimulatedDisk()
        let tree = try filled(disk)
        disk.inject(DiskFault(.allocate, .noSpace, nth: nth, times: .max))
        #expect(throws: StorageError.self) {
            for round in 0..<100 {
                let writer = try tree.begin()
                for number in 0..<100 {
                    try writer.put(key(number * 10 + round % 10), [UInt8](repeating: 2, count: 900))
                }
                try writer.put(key(round), [UInt8](repeating: 3, count: 50_000))
                try writer.commit(appliedIndex: 2)
            }
        }
        let whole = try tree.snapshot().all()
        #expect(whole.count == 1000)
        disk.removeFaults()
        try commit(tree, at: 3) { (writer) throws(StorageError) in try writer.put(key(7), []) }
        let again = try BTree(on: disk.rebooted(keeping: .nothing), options: smallOptions())
        #expect(try again.snapshot().value(key(7)) == [])
        #expect(try again.snapshot().all().count == 1000)
    }

    /// A failed sync marks pages clean that it did not write: until the kernel evicts them they look stored.
    @Test(arguments: [(DiskFault.Call.write, true), (.sync, true), (.sync, false)], 1...4)
    func afterAFailedWriteOrSyncNothingIsCommitted(_ fault: (call: DiskFault.Call, evicts: Bool), _ nth: Int) throws {
        let disk = SimulatedDisk()
        let tree = try filled(disk)
        let held = tree.snapshot()
        let before = try held.all()
        disk.inject(DiskFault(fault.call, nth: nth, of: "store.tree"))
        var succeeded = 0
        #expect {
            for round in 0..<3 {
                try commit(tree, at: UInt64(round + 2)) { (writer) throws(StorageError) in
                    for number in 0..<500 { try writer.put(key(number * 2), Array("round \(round)".utf8)) }
                }
                succeeded += 1
            }
        } throws: { isIO(EIO)($0) }
        #expect(succeeded == (nth - 1) / 2)
        #expect { try tree.begin() } throws: { isPoisoned($0) }
        #expect { try tree.begin() } throws: { isPoisoned($0) }
        // Readers go on.
        #expect(try held.all() == before)
        #expect(try tree.snapshot().all().count == 1000)
        #expect(tree.latest.appliedIndex == UInt64(succeeded + 1))
        // Opened anew, whatever the kernel kept of the failed sync.
        tree.abandon()
        if fault.evicts { disk.evictPageCache() }
        let killed = disk.killed()
        let again = try BTree(on: killed, options: smallOptions())
        let reached = again.latest.appliedIndex
        #expect(reached == UInt64(succeeded + 1) || reached == UInt64(succeeded + 2))
        #expect(again.opening.damage.isEmpty)
        // What it opened with is durable from then on.
        let rebooted = try BTree(on: killed.rebooted(keeping: .nothing), options: smallOptions())
        #expect(rebooted.latest.appliedIndex == reached)
        #expect(try rebooted.snapshot().all() == again.snapshot().all())
        // And the failed one does not come back over what is written next.
        try commit(again, at: 50) { (writer) throws(StorageError) in
            for number in 0..<700 { try writer.put(key(number), Array("later".utf8)) }
        }
        for seed in UInt64(0)..<8 {
            let last = try BTree(on: killed.rebooted(keeping: .randomSectors(seed: seed)), options: smallOptions())
            #expect(last.latest.appliedIndex == 50)
            #expect(try last.snapshot().all() == again.snapshot().all())
        }
    }

    @Test func aFailedReadIsThrownAndTheNextOneMaySucceed() throws {
        let disk = SimulatedDisk()
        try filled(disk).close()
        let tree = try BTree(on: disk, options: smallOptions())
        let snapshot = tree.snapshot()
        disk.inject(DiskFault(.read, of: "store.tree"))
        #expect { try snapshot.value(key(3)) } throws: { isIO(EIO)($0) }
        #expect(try snapshot.value(key(3)) == Array("value 3".utf8))
        let cursor = snapshot.makeCursor()
        #expect(try cursor.seekFirst())
        disk.inject(DiskFault(.read, nth: 3, of: "store.tree"))
        #expect { while try cursor.next() {} } throws: { isIO(EIO)($0) }
        #expect(!cursor.isValid)
        #expect(try cursor.seek(key(999)))
        let writer = try tree.begin()
        disk.inject(DiskFault(.read, of: "store.tree"))
        #expect { for number in 0..<1000 { try writer.put(key(number), []) } } throws: { isIO(EIO)($0) }
        writer.rollback()
        #expect(try tree.snapshot().all().count == 1000)
    }

    @Test func aMisdirectedWriteIsFoundWhenItIsRead() throws {
        let disk = SimulatedDisk()
        let tree = try filled(disk)
        disk.inject(DiskFault(.write, .misdirected(by: 4096), of: "store.tree"))
        try commit(tree, at: 2) { (writer) throws(StorageError) in
            for number in 0..<1000 { try writer.put(key(number), [UInt8](repeating: 9, count: 200)) }
        }
        try tree.close()
        let again = try BTree(on: disk, options: smallOptions())
        #expect { try again.snapshot().all() } throws: { error in
            if case .corrupt = (error as? StorageError)?.kind { true } else { false }
        }
    }

    @Test func aPowerCutBeforeTheMetaLeavesTheCommitBefore() throws {
        for point in 0..<40 {
            let disk = SimulatedDisk()
            let tree = try filled(disk)
            let start = disk.pointCount
            disk.powerOff(atPoint: start + point)
            var isCommitted = false
            do {
                try commit(tree, at: 2) { (writer) throws(StorageError) in
                    for number in 0..<1000 { try writer.put(key(number), Array("new \(number)".utf8)) }
                }
                isCommitted = true
            } catch {}
            for kept in [SimulatedDisk.Kept.nothing, .everything, .randomSectors(seed: UInt64(point))] {
                let again = try BTree(on: disk.rebooted(keeping: kept), options: smallOptions())
                let all = try again.snapshot().all()
                #expect(all.count == 1000)
                let isNew = again.latest.appliedIndex == 2
                #expect(isNew || !isCommitted, "point \(point): an acknowledged commit is lost")
                #expect(
                    all.allSatisfy { String(decoding: $0.value, as: UTF8.self).hasPrefix(isNew ? "new" : "value") },
                    "point \(point)")
            }
            if isCommitted { return }
        }
        Issue.record("the commit has more than 40 points")
    }
}
