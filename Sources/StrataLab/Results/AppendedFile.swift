import Glibc

/// A text file that only grows: each append is one write, durable on return where asked.
final class AppendedFile {
    private let descriptor: Int32
    private let path: String

    /// Opens or creates `path`; a new file starts with `header`. Throws where a file that is there starts otherwise: rows of
    /// two versions do not mix.
    init(path: String, header: String) throws {
        descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        self.path = path
        guard descriptor >= 0 else { throw ResultsError(file: path, message: "open: \(Self.reason())") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw ResultsError(file: path, message: "fstat: \(Self.reason())")
        }
        guard status.st_size > 0 else {
            try append(header, durably: true)
            return
        }
        var start = [UInt8](repeating: 0, count: header.utf8.count)
        guard pread(descriptor, &start, start.count, 0) == start.count, start.elementsEqual(header.utf8) else {
            throw ResultsError(
                file: path, line: 1, message: "has the columns of another version of the tool; begin a new run")
        }
    }

    deinit { close(descriptor) }

    func append(_ text: String, durably: Bool) throws {
        var text = text
        try text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let put = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if put < 0 && errno == EINTR { continue }
                guard put > 0 else { throw ResultsError(file: path, message: "write: \(Self.reason())") }
                done += put
            }
        }
        if durably, fdatasync(descriptor) != 0 {
            throw ResultsError(file: path, message: "fdatasync: \(Self.reason())")
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
