import CStrataShims
import Glibc
import Synchronization

/// A file of the real file system under one `SyncMethod`.
package final class PosixFile: File {
    package let name: String
    package let writeAlignment: Int
    private let method: SyncMethod
    /// Plain writes, and everything else that changes the file.
    private let descriptor: Int32
    /// Reads: `descriptor` itself, but under `.directDsync` one without O_DIRECT, so that reads need no alignment.
    private let reading: Int32
    /// The same file opened O_DSYNC, for the methods whose write is their sync; else -1.
    private let syncing: Int32
    /// One submission at a time: `writeAndSync` has one caller.
    private let ring: Ring?
    private let isClosed = Atomic<Bool>(false)

    private struct Ring: @unchecked Sendable { let pointer: OpaquePointer }

    init(path: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) {
        name = path
        self.method = method
        // A reader needs no durable way to write, and no alignment.
        let writes = access != .read
        let direct = writes && method == .directDsync ? strata_o_direct() : 0
        writeAlignment = direct == 0 ? 1 : IOBuffer.alignment
        let mode =
            switch access {
            case .read: O_RDONLY
            case .readWrite: O_RDWR
            case .create: O_RDWR | O_CREAT | O_EXCL
            }
        var opened: [Int32] = []
        func open(_ flags: Int32) throws(StorageError) -> Int32 {
            let fd = Glibc.open(path, flags | O_CLOEXEC, 0o644)
            guard fd >= 0 else { throw Self.openFailed(errno, path, direct: direct != 0) }
            opened.append(fd)
            return fd
        }
        do throws(StorageError) {
            descriptor = try open(mode | direct)
            syncing =
                writes && (method == .dsync || method == .directDsync) ? try open(O_RDWR | O_DSYNC | direct) : -1
            reading = direct == 0 ? descriptor : try open(O_RDONLY)
            ring = writes && method == .ioUring ? try Self.openRing(path) : nil
        } catch {
            for fd in opened { _ = Glibc.close(fd) }
            // A refused method leaves no empty file behind: some kernels create it before they refuse O_DIRECT.
            let isOurs = !opened.isEmpty || error.kind == .unsupported(Self.directName)
            if access == .create && isOurs { _ = unlink(path) }
            throw error
        }
    }

    private static let directName = "O_DIRECT"

    private static func openFailed(_ code: Int32, _ path: String, direct: Bool) -> StorageError {
        if code == ENOENT { return .init(kind: .missing, file: path) }
        if direct && code == EINVAL { return .init(kind: .unsupported(directName), file: path) }
        return .io("open", code, path)
    }

    private static func openRing(_ path: String) throws(StorageError) -> Ring {
        if let pointer = strata_uring_open() { return Ring(pointer: pointer) }
        let code = errno
        // Compiled out, switched off by sysctl, or kept from containers by a seccomp filter.
        guard code == ENOSYS || code == EPERM || code == EACCES else { throw .io("io_uring_setup", code, path) }
        throw .init(kind: .unsupported("io_uring (\(describe(errno: code)))"), file: path)
    }

    deinit { if !isClosed.load(ordering: .relaxed) { release() } }

    private func release() {
        _ = Glibc.close(descriptor)
        if syncing >= 0 { _ = Glibc.close(syncing) }
        if reading != descriptor { _ = Glibc.close(reading) }
        if let ring { strata_uring_close(ring.pointer) }
    }

    /// A number that was closed may already be another file's.
    @inline(__always)
    private func requireOpen() throws(StorageError) {
        if isClosed.load(ordering: .relaxed) { throw .init(kind: .closed, file: name) }
    }

    package func size() throws(StorageError) -> UInt64 {
        try requireOpen()
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .io("fstat", errno, name) }
        return UInt64(status.st_size)
    }

    package func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(StorageError) -> Int {
        try requireOpen()
        return try bytes.withUnsafeMutableBytes { (buffer) throws(StorageError) -> Int in
            var done = 0
            while done < buffer.count {
                let got = pread(
                    reading, buffer.baseAddress! + done, buffer.count - done, off_t(offset) + off_t(done))
                if got < 0 {
                    if errno == EINTR { continue }
                    throw .io("pread", errno, name, at: offset + UInt64(done))
                }
                if got == 0 { break }
                done += got
            }
            return done
        }
    }

    package func write(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        try requireOpen()
        try writeAll(bytes, at: offset, on: descriptor)
    }

    private func writeAll(_ bytes: RawSpan, at offset: UInt64, on fd: Int32) throws(StorageError) {
        try bytes.withUnsafeBytes { (buffer) throws(StorageError) in
            var done = 0
            while done < buffer.count {
                let put = pwrite(fd, buffer.baseAddress! + done, buffer.count - done, off_t(offset) + off_t(done))
                if put < 0 {
                    if errno == EINTR { continue }
                    throw .io("pwrite", errno, name, at: offset + UInt64(done))
                }
                // A short write is continued: its cause (a full disk, a limit) then fails the next call with a reason.
                if put == 0 { throw .io("pwrite", EIO, name, at: offset + UInt64(done)) }
                done += put
            }
        }
    }

    package func writeAndSync(_ bytes: RawSpan, at offset: UInt64) throws(StorageError) {
        try requireOpen()
        switch method {
        case .dsync, .directDsync:
            try writeAll(bytes, at: offset, on: syncing)
        case .ioUring:
            try bytes.withUnsafeBytes { (buffer) throws(StorageError) in
                var done = 0
                while done < buffer.count {
                    let put = strata_uring_write_sync(
                        ring!.pointer, descriptor, buffer.baseAddress! + done, buffer.count - done,
                        off_t(offset) + off_t(done))
                    // Never repeated after a failure: it may have been the sync's. See assumption 4 of `Disk`.
                    guard put > 0 else {
                        throw .io(
                            "io_uring write and fdatasync", put == 0 ? EIO : Int32(-put), name,
                            at: offset + UInt64(done))
                    }
                    done += Int(put)
                }
            }
        case .syncFileRange:
            try write(bytes, at: offset)
            guard strata_sync_file_range(descriptor, off_t(offset), off_t(bytes.byteCount)) == 0 else {
                throw .io("sync_file_range", errno, name, at: offset)
            }
        case .fdatasync, .fsync:
            try write(bytes, at: offset)
            try sync()
        }
    }

    package func sync() throws(StorageError) {
        try requireOpen()
        switch method {
        case .fsync:
            // Never repeated, not even after EINTR: see assumption 4 of `Disk`.
            guard fsync(descriptor) == 0 else { throw .io("fsync", errno, name) }
        case .syncFileRange:
            guard strata_sync_file_range(descriptor, 0, 0) == 0 else { throw .io("sync_file_range", errno, name) }
        case .fdatasync, .dsync, .directDsync, .ioUring:
            guard fdatasync(descriptor) == 0 else { throw .io("fdatasync", errno, name) }
        }
    }

    package func truncate(to size: UInt64) throws(StorageError) {
        try requireOpen()
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .io("ftruncate", errno, name, at: size) }
    }

    package func allocate(to size: UInt64, by way: Preallocation) throws(StorageError) {
        let old = try self.size()
        guard size > old else { return }
        switch way {
        case .none: try truncate(to: size)
        case .fallocate:
            while strata_fallocate(descriptor, off_t(old), off_t(size - old)) != 0 {
                if errno == EINTR { continue }
                if errno == EOPNOTSUPP { throw .init(kind: .unsupported("fallocate"), file: name) }
                throw .io("fallocate", errno, name, at: old)
            }
        case .zeroFill:
            // Whole blocks through the plain descriptor: direct writes need both ends aligned.
            let alignment = UInt64(writeAlignment)
            precondition(size % alignment == 0, "zero-filled to an unaligned size")
            // What is on the disk may be anything.
            guard old % alignment == 0 else {
                throw .init(
                    kind: .invalid("its \(old) bytes are no multiple of \(alignment), as direct writes need"),
                    file: name)
            }
            let zeros = IOBuffer(capacity: 1 << 20)
            zeros.append(zeros: 1 << 20)
            var at = old
            while at < size {
                let count = Int(min(1 << 20, size - at))
                try zeros.withBytes(in: 0..<count) { bytes throws(StorageError) in try write(bytes, at: at) }
                at += UInt64(count)
            }
        }
    }

    package func close() throws(StorageError) {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        release()
    }
}

extension PosixFile {
    /// Asks the kernel to forget the clean cached pages of this file, so that the next read comes from the device.
    package func dropFromPageCache() { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }
}
