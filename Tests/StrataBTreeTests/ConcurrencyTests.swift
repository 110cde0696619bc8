import StrataBTree
import StrataDisk
import StrataSim
import StrataTesting
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
    /// Readers on threads of their own, a cache too small for the tree, and a writer who changes all of it with every
    /// commit: each snapshot is of one commit throughout.
    @Test func readersSeeOneCommitWhateverTheWriterDoes() throws {
        try withTemporaryDirectory("tree") { directory in
            let tree = try BTree(on: PosixDisk(path: directory.path), options: Self.options())
            @Sendable func key(_ number: Int) -> [UInt8] { Array("key \(10_000 + number)".utf8) }
            func write(_ round: Int) throws {
                try commit(tree, at: UInt64(round)) { (writer) throws(StorageError) in
                    for number in 0..<3000 {
                        let size = number % 500 == 0 ? 5000 : 40 + round % 7
                        try writer.put(key(number), [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: size))
                    }
                }
            }
            try write(0)
            let isDone = Atomic<Bool>(false)
            let problems = Mutex<[String]>([])
            let looks = Atomic<Int>(0)
            try Self.run(
                readers: 3,
                reader: { index in
                    var random = SeededRandom(seed: 11, stream: UInt64(index))
                    while !isDone.load(ordering: .relaxed) {
                        let snapshot = tree.snapshot()
                        let byte = UInt8(truncatingIfNeeded: snapshot.commit.appliedIndex)
                        do {
                            for _ in 0..<200 {
                                let value = try snapshot.value(key(random.below(3000)))
                                if value?.allSatisfy({ $0 == byte }) != true {
                                    problems.withLock { $0.append("a get of commit \(byte) found \(value ?? [])") }
                                }
                            }
                            let cursor = snapshot.makeCursor()
                            var found = try cursor.seek(key(random.below(3000)))
                            var steps = 0
                            while found && steps < 300 {
                                let isRight = try cursor.withValue { (value) throws(StorageError) in
                                    contents(value).allSatisfy { $0 == byte }
                                }
                                if !isRight {
                                    problems.withLock { $0.append("a cursor of commit \(byte) went astray") }
                                }
                                found = random.chance(0.5) || steps < 100 ? try cursor.next() : try cursor.previous()
                                steps += 1
                            }
                        } catch { problems.withLock { $0.append("\(error)") } }
                        looks.add(1, ordering: .relaxed)
                    }
                },
                meanwhile: {
                    defer { isDone.store(true, ordering: .relaxed) }
                    var round = 1
                    while round < 30 || (looks.load(ordering: .relaxed) < 30 && round < 300) {
                        try write(round)
                        round += 1
                    }
                })
            #expect(problems.withLock { $0 }.prefix(5).isEmpty)
            #expect(looks.load(ordering: .relaxed) > 0)
            #expect(tree.statistics.snapshots == 0)
            #expect(tree.statistics.cacheEvictions > 0)
        }
    }

    private static func options() -> BTreeOptions {
        var options = smallOptions(cachePages: 80)
        options.sync = false
        return options
    }

    private static func run(
        readers: Int, reader: @escaping @Sendable (Int) -> Void, meanwhile body: () throws -> Void
    ) throws {
        let threads = (0..<readers).map { index in WorkerThread(name: "tree-reader") { reader(index) } }
        defer { for thread in threads { thread.join() } }
        try body()
    }
}
