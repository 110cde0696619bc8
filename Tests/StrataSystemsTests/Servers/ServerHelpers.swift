import Foundation
import StrataSystems
import StrataTesting

/// Lends a started server over a fresh directory. Where the machine has none, `body` is left out and the reason printed.
func withServer(
    _ kind: RedisSystem.Kind, _ configure: (inout SystemConfiguration) -> Void = { _ in }, test: String = #function,
    _ body: (RedisSystem, SystemConfiguration) throws -> Void
) throws {
    try withTemporaryDirectory { directory in
        var configuration = SystemConfiguration(directory: directory.path + "/data")
        configure(&configuration)
        let system = RedisSystem(configuration, kind: kind)
        do {
            try system.start()
        } catch let error as SystemUnsupported {
            return skip("\(kind.rawValue): \(error.reason)", test: test)
        }
        try body(system, configuration)
    }
}

/// Processes that were given `directory` as an argument or in one.
func processes(of directory: String) -> [Int] {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap(Int.init) ?? []
    return numbers.filter { number in
        guard let words = FileManager.default.contents(atPath: "/proc/\(number)/cmdline") else { return false }
        // "--dir PATH"; Redis writes its title over its arguments once it runs, and stays where it was started.
        if String(decoding: words, as: UTF8.self).contains(directory) { return true }
        let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/cwd")
        return place?.hasPrefix(directory) == true
    }
}
