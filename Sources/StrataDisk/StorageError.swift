/// What went wrong, in which file, at which byte, and what the user can do.
///
/// The device failed or the bytes are wrong: this is thrown. Our own code is wrong: `precondition`.
package struct StorageError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A system call failed with `errno`.
        case io(call: String, errno: Int32)
        /// Stored bytes contradict their format or checksum.
        case corrupt(field: String, expected: String, found: String)
        /// A file that other files prove to have existed is not there.
        case missing
        /// Another process or another instance in this one holds the file.
        case locked
        /// The kernel or file system does not offer what was asked for.
        case unsupported(String)
        /// The bytes are of a newer format version than this build reads.
        case newerVersion(found: Int, supported: Int)
        /// A size, name or option from outside is out of bounds.
        case invalid(String)
        /// An earlier failure of a write or sync: nothing more is acknowledged until the log is reopened.
        case poisoned(String)
        /// The simulated power is off.
        case powerLost
        /// Used after close.
        case closed
    }

    package var kind: Kind
    package var file: String
    /// Bytes from the start of `file`.
    package var offset: UInt64
    /// One sentence on what to do, or empty.
    package var remedy: String

    package init(kind: Kind, file: String, offset: UInt64 = 0, remedy: String = "") {
        self.kind = kind
        self.file = file
        self.offset = offset
        self.remedy = remedy
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        let place = "\(file) at byte \(offset): "
        let text: String
        switch kind {
        case .io(let call, let code): text = place + "\(call) failed: \(describe(errno: code))"
        case .corrupt(let field, let expected, let found):
            text = place + "corrupt \(field), expected \(expected), found \(found)"
        case .missing: text = "\(file) is missing"
        case .locked: text = "\(file) is locked by another process or another open log"
        case .unsupported(let what): text = "\(file): \(what) is not supported here"
        case .newerVersion(let found, let supported):
            text = place + "format version \(found) is newer than \(supported), which this build reads"
        case .invalid(let reason): text = "\(file): \(reason)"
        case .poisoned(let cause): text = "\(file): refused after an earlier failure (\(cause))"
        case .powerLost: text = "\(file): the simulated power is off"
        case .closed: text = "\(file): already closed"
        }
        return remedy.isEmpty ? text : "\(text); \(remedy)"
    }
}
