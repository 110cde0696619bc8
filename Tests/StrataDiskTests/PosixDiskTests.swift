import Foundation
import Glibc
import StrataDisk
import StrataTesting
import Testing

@Suite struct PosixDiskTests {
    let directory: TemporaryDirectory
    let disk: PosixDisk

    init() throws {
        directory = try TemporaryDirectory("disk")
        disk = try PosixDisk(path: directory.path)
    }

    @Test func missingDirectoriesAreMade() throws {
        let path = directory.file("a/b/c")
        let deep = try PosixDisk(path: path)
        #expect(deep.path == path)
        let file = try deep.open("f", .create, method: .fdatasync)
        try file.close()
        #expect(try deep.list() == ["f"])
        #expect(try PosixDisk(path: path + "/").list() == ["f"])
        try deep.syncDirectory()
    }

    @Test func aFileInTheWayOfADirectoryIsAnError() throws {
        try directory.write([], to: "a")
        let notDirectory = StorageError.Kind.io(call: "open directory", errno: ENOTDIR)
        #expect(failure { try PosixDisk(path: directory.file("a")) }?.kind == notDirectory)
        #expect(failure { try PosixDisk(path: directory.file("a/b")) }?.kind == notDirectory)
    }

    @Test func onlyRegularFilesAreListed() throws {
        #expect(try disk.list() == [])
        for name in ["a", "b.seg", ".hidden"] { try directory.write([1], to: name) }
        _ = try PosixDisk(path: directory.file("folder"))
        #expect(symlink("a", directory.file("link")) == 0)
        #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
        #expect(try disk.list().sorted() == [".hidden", "a", "b.seg"])
    }

    @Test func renamingReplacesAndRemovingRemoves() throws {
        try directory.write([1], to: "a")
        try directory.write([2], to: "b")
        try disk.rename("a", to: "b")
        #expect(try disk.list() == ["b"])
        #expect(try directory.read("b") == [1])
        try disk.remove("b")
        try disk.syncDirectory()
        #expect(try disk.list() == [])
        #expect(failure { try disk.remove("b") }?.kind == .io(call: "unlink", errno: ENOENT))
        #expect(failure { try disk.rename("b", to: "c") }?.kind == .io(call: "rename", errno: ENOENT))
    }

    @Test func aDirectoryThatIsGoneIsAnErrorEverywhere() throws {
        directory.remove()
        #expect(failure { try disk.list() }?.kind == .io(call: "opendir", errno: ENOENT))
        #expect(failure { try disk.syncDirectory() }?.kind == .io(call: "open directory", errno: ENOENT))
        #expect(failure { try disk.lock("LOCK") }?.kind == .io(call: "open", errno: ENOENT))
        #expect(failure { try disk.open("a", .create, method: .fdatasync) }?.kind == .missing)
    }

    @Test func aLockIsHeldOncePerProcessAndGivenBack() throws {
        var held: (any DiskLock)? = try disk.lock("LOCK")
        let second = failure { try disk.lock("LOCK") }
        #expect(second?.kind == .locked)
        #expect(second?.file == directory.file("LOCK"))
        #expect(failure { try PosixDisk(path: directory.path).lock("LOCK") }?.kind == .locked)
        _ = try disk.lock("OTHER")
        #expect(held != nil)
        held = nil
        held = try disk.lock("LOCK")
        #expect(held != nil)
    }

    /// In a process of its own, which shares neither memory nor descriptors with this one.
    @Test func aLockKeepsASecondProcessOut() async throws {
        let path = directory.path
        let held = try disk.lock("LOCK")
        await #expect(processExitsWith: .exitCode(3)) { [path = path as String] in
            do {
                _ = try PosixDisk(path: path).lock("LOCK")
                exit(0)
            } catch {
                exit((error as? StorageError)?.kind == .locked ? 3 : 1)
            }
        }
        withExtendedLifetime(held) {}
    }

    @Test func aLockGoesWithTheProcessThatHeldIt() async throws {
        let path = directory.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let held = try PosixDisk(path: path).lock("LOCK")
            kill(getpid(), SIGKILL)
            withExtendedLifetime(held) {}
        }
        _ = try disk.lock("LOCK")
    }
}

/// A device or a system that says no.
@Suite struct RefusalTests {
    /// Any write to /dev/full fails with ENOSPC.
    @Test func aFullDeviceIsNamedWithARemedy() throws {
        let device = try PosixDisk(path: "/dev")
        guard let file = try? device.open("full", .readWrite, method: .fdatasync) else {
            return skip("/dev/full cannot be opened")
        }
        let error = failure { try pattern(10).withBytes { bytes throws(StorageError) in try file.write(bytes, at: 5) } }
        #expect(
            error
                == StorageError(
                    kind: .io(call: "pwrite", errno: ENOSPC), file: "/dev/full", offset: 5,
                    remedy: "free space on the device and reopen"))
    }

    @Test func aFullFileSystemFailsWithTheByteThatDidNotFit() throws {
        let mounted = try withSmallFileSystem(kilobytes: 256) { directory in
            let disk = try PosixDisk(path: directory.path)
            let file = try disk.open("a", .create, method: .fdatasync)
            // The call itself is short at the edge; only its continuation fails, and that is where the error points.
            let error = failure {
                try pattern(400_000).withBytes { bytes throws(StorageError) in try file.write(bytes, at: 0) }
            }
            #expect(error?.kind == .io(call: "pwrite", errno: ENOSPC))
            #expect(error?.offset == UInt64(256 * 1_024))
            #expect(try file.bytes(400_000) == Array(pattern(400_000).array[..<(256 * 1_024)]))

            try file.truncate(to: 0)
            for way in [Preallocation.fallocate, .zeroFill] {
                #expect(
                    failure { try file.allocate(to: 1 << 20, by: way) }?.remedy == "free space on the device and reopen"
                )
                try file.truncate(to: 0)
            }
            // The file is as usable as before once there is room.
            try file.allocate(to: 100_000, by: .zeroFill)
            try pattern(100_000).withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 0) }
        }
        if !mounted { skip("no right to mount a tmpfs") }
    }

    @Test func aReadOnlyFileSystemIsNamedWithARemedy() throws {
        let mounted = try withSmallFileSystem(kilobytes: 64) { directory in
            try directory.write([7], to: "a")
            try #require(run("mount", ["-o", "remount,ro", directory.path]) == 0)
            let disk = try PosixDisk(path: directory.path)
            let readOnly = StorageError.Kind.io(call: "open", errno: EROFS)
            let error = failure { try disk.open("b", .create, method: .fdatasync) }
            #expect(error?.kind == readOnly)
            #expect(error?.remedy == "check the owner and mode of the directory and that it is mounted read-write")
            #expect(failure { try disk.open("a", .readWrite, method: .fdatasync) }?.kind == readOnly)
            #expect(failure { try disk.lock("LOCK") }?.kind == readOnly)
            #expect(failure { try disk.remove("a") }?.kind == .io(call: "unlink", errno: EROFS))
            #expect(failure { try PosixDisk(path: directory.file("new")) }?.kind == .io(call: "mkdir", errno: EROFS))
            #expect(try disk.open("a", .read, method: .fdatasync).bytes(9) == [7])
            #expect(try disk.list() == ["a"])
        }
        if !mounted { skip("no right to mount a tmpfs") }
    }

    @Test func aDirectoryWithoutPermissionIsNamedWithARemedy() throws {
        // Root passes every mode, but not the kernel's own file systems.
        let directory = try TemporaryDirectory("denied")
        if geteuid() != 0 { #expect(chmod(directory.path, 0o500) == 0) }
        defer { _ = chmod(directory.path, 0o700) }
        let disk = try PosixDisk(path: geteuid() == 0 ? "/sys" : directory.path)
        let error = failure { try disk.open("strata-test", .create, method: .fdatasync) }
        if error?.kind == .io(call: "open", errno: EROFS) { return skip("/sys is mounted read-only") }
        #expect(error?.kind == .io(call: "open", errno: EACCES))
        #expect(error?.remedy == "check the owner and mode of the directory and that it is mounted read-write")
    }

    /// A limit on the file's size makes a write short first; it is continued, and the continuation tells why.
    @Test(arguments: [SyncMethod.fdatasync, .dsync, .ioUring])
    func aShortWriteIsContinuedUntilItsCauseShows(_ method: SyncMethod) async throws {
        let directory = try TemporaryDirectory("limit")
        let (path, name) = (directory.path, method.rawValue)
        await #expect(processExitsWith: .exitCode(3)) { [path = path as String, name = name as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 10_000, rlim_max: 10_000)
            guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(4) }  // RLIMIT_FSIZE
            let method = try #require(SyncMethod(rawValue: name))
            do throws(StorageError) {
                let file = try PosixDisk(path: path).open("a", .create, method: method)
                try pattern(30_000).withBytes { bytes throws(StorageError) in try file.writeAndSync(bytes, at: 0) }
                exit(0)
            } catch {
                if case .unsupported = error.kind { exit(3) }
                guard case .io(_, EFBIG) = error.kind, error.offset == 10_000 else { exit(1) }
                exit(3)
            }
        }
        if let bytes = try? directory.read("a") { #expect(bytes == Array(pattern(30_000).array[..<10_000])) }
    }
}
