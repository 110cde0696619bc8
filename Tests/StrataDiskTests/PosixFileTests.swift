import Glibc
import StrataDisk
import StrataTesting
import Testing

@Suite struct PosixFileTests {
    let directory: TemporaryDirectory
    let disk: PosixDisk

    init() throws {
        directory = try TemporaryDirectory("file")
        disk = try PosixDisk(path: directory.path)
    }

    /// A new file, or nil with a printed reason where this kernel or file system refuses `method`.
    func create(_ name: String, _ method: SyncMethod = .fdatasync, test: String = #function) throws -> (any File)? {
        do { return try disk.open(name, .create, method: method) } catch {
            guard case .unsupported(let what) = error.kind else { throw error }
            skip("\(method.rawValue): \(what) is not supported here", test: test)
            #expect(try disk.list().isEmpty, "a refused method leaves no file")
            return nil
        }
    }

    @Test(arguments: SyncMethod.allCases)
    func everyMethodWritesWhatIsReadBack(_ method: SyncMethod) throws {
        guard let file = try create("a", method) else { return }
        #expect(file.writeAlignment == (method == .directDsync ? 4_096 : 1))
        #expect(file.name == directory.file("a"))
        let (first, second) = (pattern(8_192, seed: 1), pattern(4_096, seed: 2))
        try first.withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
        try second.withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 8_192) }
        try second.withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 4_096) }
        try file.sync()
        #expect(try file.size() == 12_288)
        let expected = first.array[..<4_096] + second.array + second.array
        #expect(try file.bytes(12_288) == expected)
        #expect(try disk.open("a", .read, method: method).bytes(12_288) == expected)
        // Reads need no alignment, not even where writes do.
        #expect(try file.bytes(333, at: 4_099) == Array(second.array[3..<336]))
        try file.close()
        try file.close()
    }

    @Test(arguments: SyncMethod.allCases)
    func anEmptyWriteIsNoFailure(_ method: SyncMethod) throws {
        guard let file = try create("a", method) else { return }
        let nothing = IOBuffer()
        try nothing.withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
        try nothing.withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 0) }
        #expect(try file.size() == 0)
    }

    @Test func aReadStopsAtTheEndOfTheFile() throws {
        let file = try #require(try create("a"))
        let bytes = pattern(1_000)
        try bytes.withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
        #expect(try file.bytes(2_000) == bytes.array)
        #expect(try file.bytes(100, at: 950) == Array(bytes.array[950...]))
        #expect(try file.bytes(100, at: 1_000) == [])
        #expect(try file.bytes(100, at: 1 << 40) == [])
        #expect(try file.bytes(0, at: 0) == [])
    }

    @Test func aWriteBeyondTheEndLeavesZerosBetween() throws {
        let file = try #require(try create("a"))
        try pattern(4).withBytes { bytes throws(StorageError) in try file.write(bytes, at: 6) }
        #expect(try file.bytes(100) == [0, 0, 0, 0, 0, 0] + pattern(4).array)
    }

    @Test func truncationCutsAndExtendsWithZeros() throws {
        let file = try #require(try create("a"))
        try pattern(100).withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
        try file.truncate(to: 10)
        try file.truncate(to: 20)
        #expect(try file.bytes(100) == pattern(100).array[..<10] + [UInt8](repeating: 0, count: 10))
    }

    @Test(arguments: Preallocation.allCases, [SyncMethod.fdatasync, .directDsync])
    func allocationOnlyGrowsAndReadsAsZeros(_ way: Preallocation, _ method: SyncMethod) throws {
        guard let file = try create("a", method) else { return }
        let head = pattern(4_096)
        try head.withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
        // More than the step of a zero fill, and no multiple of it.
        let size = UInt64(2 << 20 + 8_192)
        do { try file.allocate(to: size, by: way) } catch {
            guard case .unsupported(let what) = error.kind else { throw error }
            return skip("\(what) is not supported here")
        }
        #expect(try file.size() == size)
        let all = try file.bytes(Int(size))
        #expect(Array(all[..<4_096]) == head.array)
        #expect(all[4_096...].allSatisfy { $0 == 0 })
        try file.allocate(to: 4_096, by: way)
        #expect(try file.size() == size)
        if way != .none {
            var status = stat()
            #expect(stat(file.name, &status) == 0)
            #expect(UInt64(status.st_blocks) * 512 >= size, "room is reserved")
        }
    }

    /// Linux refuses it, or does it right where the file system has no such rule; it never writes other bytes.
    @Test func anUnalignedDirectWriteIsRefusedOrRight() throws {
        guard let file = try create("a", .directDsync) else { return }
        try pattern(8_192, seed: 1).withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 0) }
        let before = try file.bytes(8_192)
        let odd = pattern(100, seed: 2)
        do {
            try odd.withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 50) }
            #expect(try file.bytes(8_192) == before[..<50] + odd.array + before[150...])
        } catch {
            #expect(error == StorageError(kind: .io(call: "pwrite", errno: EINVAL), file: file.name, offset: 50))
            #expect(try file.bytes(8_192) == before)
        }
    }

    @Test func aZeroFillFromAnUnalignedSizeIsRefusedUnderDirectWrites() throws {
        try directory.write([1, 2, 3], to: "a")
        let file: any File
        do { file = try disk.open("a", .readWrite, method: .directDsync) } catch {
            guard case .unsupported(let what) = error.kind else { throw error }
            return skip("\(what) is not supported here")
        }
        let error = failure { try file.allocate(to: 8_192, by: .zeroFill) }
        #expect(error?.kind == .invalid("its 3 bytes are no multiple of 4096, as direct writes need"))
        #expect(try directory.read("a") == [1, 2, 3])
    }

    @Test func anExistingFileIsNotCreatedAgain() throws {
        try directory.write([7], to: "a")
        for method in SyncMethod.allCases {
            let error = failure { try disk.open("a", .create, method: method) }
            #expect(error?.kind == .io(call: "open", errno: EEXIST))
        }
        #expect(try directory.read("a") == [7])
    }

    @Test(arguments: [FileAccess.read, .readWrite])
    func aMissingFileIsMissing(_ access: FileAccess) {
        let error = failure { try disk.open("a", access, method: .fdatasync) }
        #expect(error == StorageError(kind: .missing, file: directory.file("a")))
    }

    @Test func aFileOpenedForReadingTakesNoWrite() throws {
        try directory.write([7], to: "a")
        let file = try disk.open("a", .read, method: .directDsync)
        #expect(file.writeAlignment == 1)
        let error = failure {
            try pattern(4_096).withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
        }
        #expect(error?.kind == .io(call: "pwrite", errno: EBADF))
        #expect(try directory.read("a") == [7])
    }

    @Test(arguments: SyncMethod.allCases)
    func aClosedFileRefusesEveryCall(_ method: SyncMethod) throws {
        guard let file = try create("a", method) else { return }
        try file.close()
        let closed = StorageError(kind: .closed, file: file.name)
        let block = pattern(4_096)
        #expect(failure { try file.size() } == closed)
        #expect(failure { try file.bytes(1) } == closed)
        #expect(
            failure { try block.withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) } } == closed)
        #expect(
            failure { try block.withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 0) } }
                == closed)
        #expect(failure { try file.sync() } == closed)
        #expect(failure { try file.truncate(to: 0) } == closed)
        #expect(failure { try file.allocate(to: 4_096, by: .none) } == closed)
    }

    @Test func descriptorsAreGivenBack() throws {
        func openDescriptors() -> Int { (0..<1_024).count { fcntl($0, F_GETFD) >= 0 } }
        // Other tests run beside this one; one that leaked would leave hundreds.
        let before = openDescriptors()
        for round in 0..<100 {
            for method in SyncMethod.allCases {
                let name = "\(method.rawValue)-\(round)"
                guard let file = try? disk.open(name, .create, method: method) else { continue }
                if round.isMultiple(of: 2) { try file.close() }
                _ = try? disk.open(name, .create, method: method)
            }
        }
        #expect(openDescriptors() < before + 100)
    }

    @Test func bytesDroppedFromThePageCacheAreReadAgain() throws {
        let file = try PosixDisk(path: directory.path).open("a", .create, method: .fdatasync)
        try pattern(100_000).withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 0) }
        let posix = try #require(file as? PosixFile)
        posix.dropFromPageCache()
        #expect(try file.bytes(100_000) == pattern(100_000).array)
    }
}
