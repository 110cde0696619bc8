import Glibc

/// The symbol and text of an errno: "ENOSPC (No space left on device)".
package func describe(errno code: Int32) -> String {
    let symbols: [Int32: String] = [
        EIO: "EIO", ENOSPC: "ENOSPC", EACCES: "EACCES", EPERM: "EPERM", ENOENT: "ENOENT", EEXIST: "EEXIST",
        EROFS: "EROFS", EINVAL: "EINVAL", EMFILE: "EMFILE", ENFILE: "ENFILE", ENOTDIR: "ENOTDIR", EISDIR: "EISDIR",
        EDQUOT: "EDQUOT", EFBIG: "EFBIG", EBADF: "EBADF", ENOSYS: "ENOSYS", EOPNOTSUPP: "EOPNOTSUPP", EAGAIN: "EAGAIN",
    ]
    let text = strerror(code).map { String(cString: $0) } ?? "unknown error"
    return "\(symbols[code] ?? "errno \(code)") (\(text))"
}
