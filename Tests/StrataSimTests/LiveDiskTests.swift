import Glibc
import StrataDisk
import StrataSim
import StrataTesting
import Testing

@Suite struct LiveDiskTests {
    @Test func writesAreSeenAtOnceAndHolesReadAsZeros() throws {
        let disk = SimulatedDisk()
        let file = try disk.create("f")
        try file.write([1, 2, 3], at: 5000)
        #expect(try file.size() == 5003)
        #expect(try file.bytes() == run(0, 5000) + [1, 2, 3])
        #expect(try disk.list() == ["f"])
    }

    @Test func namesBehaveAsOnARealDisk() throws {
        let disk = SimulatedDisk()
        #expect(throws: StorageError(kind: .missing, file: "/sim/a")) {
            try disk.open("a", .read, method: .fdatasync)
        }
        _ = try disk.create("a")
        #expect(throws: StorageError(kind: .io(call: "open", errno: EEXIST), file: "/sim/a")) { try disk.create("a") }
        #expect(throws: StorageError(kind: .io(call: "rename", errno: ENOENT), file: "/sim/x")) {
            try disk.rename("x", to: "y")
        }
        #expect(throws: StorageError(kind: .io(call: "unlink", errno: ENOENT), file: "/sim/x")) {
            try disk.remove("x")
        }
        try disk.rename("a", to: "b")
        #expect(try disk.list() == ["b"])
    }

    @Test func anOpenFileOutlivesItsName() throws {
        let disk = SimulatedDisk()
        let file = try disk.create("f")
        try file.write([7], at: 0)
        try disk.remove("f")
        #expect(try file.bytes() == [7])
        #expect(disk.usedBytes == 4096)
        try file.close()
        #expect(disk.usedBytes == 0)
    }

    @Test func aLockIsExclusiveUntilItDies() throws {
        let disk = SimulatedDisk()
        var held: (any DiskLock)? = try disk.lock("LOCK")
        #expect(throws: StorageError.self) { try disk.lock("LOCK") }
        #expect(try disk.list() == ["LOCK"])
        _ = try disk.killed().lock("LOCK")
        _ = try disk.rebooted(keeping: .everything).lock("LOCK")
        withExtendedLifetime(held) {}
        held = nil
        let next = SimulatedDisk()
        let first = try next.lock("LOCK")
        #expect(throws: StorageError.self) { try next.lock("LOCK") }
        withExtendedLifetime(first) {}
    }

    @Test func aClosedFileRefusesEverything() throws {
        let file = try SimulatedDisk().create("f")
        try file.close()
        try file.close()
        #expect(throws: StorageError(kind: .closed, file: "/sim/f")) { try file.size() }
        #expect(throws: StorageError(kind: .closed, file: "/sim/f")) { try file.write([1], at: 0) }
        #expect(throws: StorageError(kind: .closed, file: "/sim/f")) { try file.sync() }
    }

    @Test(arguments: SyncMethod.allCases)
    func onlyDirectWritesNeedAlignment(_ method: SyncMethod) throws {
        let disk = SimulatedDisk()
        #expect(try disk.create("f", method: method).writeAlignment == (method == .directDsync ? 4096 : 1))
        #expect(try disk.open("f", .read, method: method).writeAlignment == 1)
    }

    @Test func aReaderCannotChangeItsFile() throws {
        let (disk, _) = try diskWithFile([1])
        let reader = try disk.open("f", .read, method: .fdatasync)
        #expect(throws: StorageError(kind: .io(call: "pwrite", errno: EBADF), file: "/sim/f")) {
            try reader.write([2], at: 0)
        }
        #expect(throws: StorageError(kind: .io(call: "ftruncate", errno: EINVAL), file: "/sim/f")) {
            try reader.truncate(to: 0)
        }
        #expect(try reader.bytes() == [1])
    }

    /// The live view against an array of bytes, over random calls on three files.
    @Test(arguments: 0..<40)
    func theLiveViewIsAPlainMapOfBytes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let disk = SimulatedDisk()
        var model: [String: [UInt8]] = [:]
        for _ in 0..<300 {
            let name = ["a", "b", "c"][random.below(3)]
            guard model[name] != nil else {
                try disk.create(name).close()
                model[name] = []
                continue
            }
            let file = try disk.open(name, .readWrite, method: .fdatasync)
            let size = model[name]!.count
            switch random.below(12) {
            case 0...4:
                let offset = random.below(size + 3000)
                let bytes = (0..<random.below(6000)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                try file.write(bytes, at: offset)
                if !bytes.isEmpty {
                    model[name]! += run(0, max(0, offset + bytes.count - size))
                    model[name]!.replaceSubrange(offset..<offset + bytes.count, with: bytes)
                }
            case 5:
                let target = random.below(size + 9000)
                try file.truncate(to: UInt64(target))
                model[name]! = Array(model[name]!.prefix(target)) + run(0, max(0, target - size))
            case 6:
                let target = random.below(size + 9000)
                try file.allocate(to: UInt64(target), by: Preallocation.allCases[random.below(3)])
                model[name]! += run(0, max(0, target - size))
            case 7: try file.sync()
            case 8: try disk.syncDirectory()
            case 9:
                let target = ["a", "b", "c"][random.below(3)]
                try disk.rename(name, to: target)
                let bytes = model.removeValue(forKey: name)
                model[target] = bytes
            case 10:
                try disk.remove(name)
                model[name] = nil
            default: #expect(try file.bytes() == model[name]!, "seed \(seed)")
            }
        }
        #expect(try disk.list().sorted() == model.keys.sorted(), "seed \(seed)")
        for (name, bytes) in model {
            #expect(try disk.bytes(of: name) == bytes, "seed \(seed), \(name)")
            #expect(disk.contents(of: name) == bytes, "seed \(seed), \(name)")
        }
        let after = disk.rebooted(keeping: .everything)
        for (name, bytes) in model { #expect(try after.bytes(of: name) == bytes, "seed \(seed), \(name)") }
        #expect(try after.list().sorted() == model.keys.sorted(), "seed \(seed)")
    }

    /// The same random calls on a directory of the real file system: the same bytes, sizes, names and errors.
    @Test(arguments: 0..<12)
    func answersAreThoseOfARealDisk(_ seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let disks: [any Disk] = [try PosixDisk(path: directory.path), SimulatedDisk(path: directory.path)]
        var random = SeededRandom(seed: seed)
        var opened: [[any File]] = []
        for step in 0..<250 {
            let names = (0..<2).map { _ in ["a", "b", "c"][random.below(3)] }
            let (choice, index, access) = (random.below(12), random.below(10), random.below(3))
            let (offset, count, way) = (random.below(12_000), random.below(9_000), random.below(3))
            let open = opened.isEmpty ? nil : opened[index % opened.count]
            var next: [any File] = []
            let answers = disks.indices.map { each in
                let disk = disks[each]
                do throws(StorageError) {
                    switch choice {
                    case 0...2:
                        let access = [FileAccess.read, .readWrite, .create][access]
                        next.append(try disk.open(names[0], access, method: .fdatasync))
                        return "opened"
                    case 3: try disk.rename(names[0], to: names[1])
                    case 4: try disk.remove(names[0])
                    case 5: return try disk.list().sorted().joined(separator: " ")
                    case 6...7: try open?[each].write(run(UInt8(step), count), at: offset)
                    case 8: try open?[each].truncate(to: UInt64(offset))
                    case 9: try open?[each].allocate(to: UInt64(offset), by: Preallocation.allCases[way])
                    default:
                        let bytes = (try? open?[each].bytes()) ?? []
                        let sum = bytes.reduce(0 as UInt64) { $0 &* 31 &+ UInt64($1) }
                        return "\(try open?[each].size() ?? 0) \(bytes.count) \(sum)"
                    }
                    return "done"
                } catch {
                    return "\(error)"
                }
            }
            if next.count == 2 { opened.append(next) }
            #expect(answers[0] == answers[1], "seed \(seed), step \(step), choice \(choice)")
        }
    }

    @Test func threadsMayShareADisk() async throws {
        let disk = SimulatedDisk()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let file = try disk.create("\(writer)")
                    for round in 0..<200 {
                        try file.write(run(UInt8(writer + 1), 100), at: round * 100)
                        if round % 10 == 0 { try file.sync() }
                        disk.mark(UInt64(round))
                        _ = try file.bytes()
                    }
                }
            }
            try await group.waitForAll()
        }
        for writer in 0..<4 { #expect(disk.contents(of: "\(writer)") == run(UInt8(writer + 1), 20_000)) }
        #expect(disk.pointCount == 4 * (1 + 200 + 20))
        #expect(disk.trace.marks.count == 800)
    }
}
