import Glibc
import StrataDisk
import Testing

@Suite struct StorageErrorTests {
    /// Users and their scripts read these.
    @Test(
        arguments: [
            (
                .init(kind: .io(call: "pwrite", errno: ENOSPC), file: "a.seg", offset: 4_096, remedy: "free space"),
                "a.seg at byte 4096: pwrite failed: ENOSPC (No space left on device); free space"
            ),
            (
                .init(kind: .io(call: "fdatasync", errno: EIO), file: "a.seg"),
                "a.seg at byte 0: fdatasync failed: EIO (Input/output error)"
            ),
            (
                .init(kind: .io(call: "open", errno: ELOOP), file: "a.seg"),
                "a.seg at byte 0: open failed: errno \(ELOOP) (Too many levels of symbolic links)"
            ),
            (
                .init(
                    kind: .corrupt(field: "crc32c", expected: "0x8a9136aa", found: "0x00000000"), file: "a.seg",
                    offset: 40),
                "a.seg at byte 40: corrupt crc32c, expected 0x8a9136aa, found 0x00000000"
            ),
            (.init(kind: .missing, file: "a.seg"), "a.seg is missing"),
            (
                .init(kind: .locked, file: "LOCK", remedy: "close the other one"),
                "LOCK is locked by another process or another open log; close the other one"
            ),
            (.init(kind: .unsupported("O_DIRECT"), file: "a.seg"), "a.seg: O_DIRECT is not supported here"),
            (
                .init(kind: .newerVersion(found: 3, supported: 1), file: "a.seg", offset: 4),
                "a.seg at byte 4: format version 3 is newer than 1, which this build reads"
            ),
            (.init(kind: .invalid("a size of -1"), file: "a.seg"), "a.seg: a size of -1"),
            (
                .init(kind: .poisoned("fdatasync failed"), file: "a.seg", remedy: "reopen the log"),
                "a.seg: refused after an earlier failure (fdatasync failed); reopen the log"
            ),
            (.init(kind: .powerLost, file: "a.seg"), "a.seg: the simulated power is off"),
            (.init(kind: .closed, file: "a.seg"), "a.seg: already closed"),
        ] as [(StorageError, String)])
    func everyKindSaysWhatAndWhere(_ error: StorageError, _ message: String) {
        #expect(error.description == message)
        #expect("\(error)" == message)
    }

    @Test func methodsKeepTheirNamesInResultFiles() {
        #expect(
            SyncMethod.allCases.map(\.rawValue)
                == ["fdatasync", "fsync", "o_dsync", "o_direct_dsync", "io_uring", "sync_file_range"])
        #expect(SyncMethod.allCases.filter { !$0.isDurable } == [.syncFileRange])
        #expect(Preallocation.allCases.map(\.rawValue) == ["none", "fallocate", "zero_fill"])
    }
}
