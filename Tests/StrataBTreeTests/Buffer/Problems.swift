import Synchronization

/// What threads of a test found wrong.
final class Problems: Sendable {
    private let found = Mutex<[String]>([])
    func add(_ problem: String) { found.withLock { if $0.count < 10 { $0.append(problem) } } }
    var all: [String] { found.withLock { $0 } }
}
