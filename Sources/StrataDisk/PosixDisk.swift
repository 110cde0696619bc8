import CStrataShims
import Glibc

/// A directory of the real file system.
package final class PosixDisk: Disk {
    package let path: String

    /// Opens `path`, creating the directory and its parents where they are missing. A directory made here is durable on
    /// return: each parent is synced.
    package init(path: String) throws(StorageError) {
        self.path = path
        try Self.makeDirectory(path)
    }

    private static func makeDirectory(_ path: String) throws(StorageError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw .io("open directory", ENOTDIR, path) }
            return
        }
        let parent = parentDirectory(of: path)
        if parent != path { try makeDirectory(parent) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .io("mkdir", errno, path) }
        try sync(directory: parent)
    }

    private static func parentDirectory(of path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    private static func sync(directory path: String) throws(StorageError) {
        let fd = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard fd >= 0 else { throw .io("open directory", errno, path) }
        defer { _ = Glibc.close(fd) }
        guard fsync(fd) == 0 else { throw .io("fsync directory", errno, path) }
    }

    private func full(_ name: String) -> String { path + "/" + name }

    package func open(_ name: String, _ access: FileAccess, method: SyncMethod) throws(StorageError) -> any File {
        try PosixFile(path: full(name), access, method: method)
    }

    package func list() throws(StorageError) -> [String] {
        guard let directory = opendir(path) else { throw .io("opendir", errno, path) }
        defer { closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            let type = Int32(entry.pointee.d_type)
            if type == 8 {  // DT_REG
                names.append(name)
            } else if type == 0 {  // DT_UNKNOWN: some file systems do not say
                var status = stat()
                if stat(full(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG { names.append(name) }
            }
            errno = 0
        }
        guard errno == 0 else { throw .io("readdir", errno, path) }
        return names
    }

    package func rename(_ name: String, to target: String) throws(StorageError) {
        guard Glibc.rename(full(name), full(target)) == 0 else { throw .io("rename", errno, full(name)) }
    }

    package func remove(_ name: String) throws(StorageError) {
        guard unlink(full(name)) == 0 else { throw .io("unlink", errno, full(name)) }
    }

    package func syncDirectory() throws(StorageError) { try Self.sync(directory: path) }

    package func lock(_ name: String) throws(StorageError) -> any DiskLock {
        // flock belongs to the open file description, so a second opener in this process is refused too.
        let fd = Glibc.open(full(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard fd >= 0 else { throw .io("open", errno, full(name)) }
        guard flock(fd, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            _ = Glibc.close(fd)
            if code == EWOULDBLOCK {
                throw .init(kind: .locked, file: full(name), remedy: "close the other one, or use another directory")
            }
            throw .io("flock", code, full(name))
        }
        return PosixLock(descriptor: fd)
    }
}

private final class PosixLock: DiskLock {
    private let descriptor: Int32
    init(descriptor: Int32) { self.descriptor = descriptor }
    deinit {
        // Closing alone would leave it to a process that is being started at this moment: until it is another program, it has a copy.
        _ = flock(descriptor, LOCK_UN)
        _ = Glibc.close(descriptor)
    }
}

extension StorageError {
    /// A failed system call, with what the user can do about it.
    package static func io(_ call: String, _ code: Int32, _ file: String, at offset: UInt64 = 0) -> StorageError {
        let remedy =
            switch code {
            case ENOSPC, EDQUOT: "free space on the device and reopen"
            case EACCES, EPERM, EROFS: "check the owner and mode of the directory and that it is mounted read-write"
            case EMFILE: "raise the limit of open files (ulimit -n)"
            default: ""
            }
        return .init(kind: .io(call: call, errno: code), file: file, offset: offset, remedy: remedy)
    }
}
