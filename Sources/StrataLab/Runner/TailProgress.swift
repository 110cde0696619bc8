import Glibc
import Synchronization

/// How far a tail writer has come: one page of memory that it shares with its parent, through a file. What it wrote there
/// before a SIGKILL stays.
final class TailProgress: @unchecked Sendable {
    private enum Word: Int {
        case isReady, submitted, acknowledged, acknowledgedBytes
    }

    private static let pageBytes = 4096
    private let words: UnsafeMutablePointer<Atomic<UInt64>>

    /// Maps the file at `path`, which is made, all zeros, where it is missing.
    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.error("open", path) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(Self.pageBytes)) == 0 else { throw Self.error("ftruncate", path) }
        let memory = mmap(nil, Self.pageBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { throw Self.error("mmap", path) }
        // Words of zeros are atomic words of value 0.
        words = memory.bindMemory(to: Atomic<UInt64>.self, capacity: Self.pageBytes / MemoryLayout<UInt64>.size)
    }

    deinit { munmap(words, Self.pageBytes) }

    private static func error(_ call: String, _ path: String) -> ResultsError {
        ResultsError(file: path, message: "\(call): \(String(cString: strerror(errno)))")
    }

    private func load(_ word: Word) -> UInt64 { words[word.rawValue].load(ordering: .acquiring) }
    private func store(_ value: UInt64, in word: Word) { words[word.rawValue].store(value, ordering: .releasing) }

    /// The system serves.
    var isReady: Bool {
        get { load(.isReady) > 0 }
        set { store(newValue ? 1 : 0, in: .isReady) }
    }

    /// Writes handed over: counted before each is.
    var submitted: UInt64 {
        get { load(.submitted) }
        set { store(newValue, in: .submitted) }
    }

    /// Writes acknowledged, and the bytes of their values: counted after.
    var acknowledged: UInt64 {
        get { load(.acknowledged) }
        set { store(newValue, in: .acknowledged) }
    }

    var acknowledgedBytes: UInt64 {
        get { load(.acknowledgedBytes) }
        set { store(newValue, in: .acknowledgedBytes) }
    }
}
