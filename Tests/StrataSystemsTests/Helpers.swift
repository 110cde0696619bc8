import StrataDisk
import StrataJournal
import StrataSystems
import StrataTesting

/// Lends a system of the catalogue over a fresh directory. It has not been started.
func withSystem(
    _ name: String, _ configure: (inout SystemConfiguration) -> Void = { _ in },
    _ body: (any MeasuredSystem, SystemConfiguration) throws -> Void
) throws {
    try withTemporaryDirectory { directory in
        var configuration = SystemConfiguration(directory: directory.path + "/data")
        configuration.segmentBytes = 1 << 20
        configure(&configuration)
        try body(try SystemCatalog.make(name, configuration), configuration)
    }
}

/// As `withSystem`, started. A system that cannot acknowledge durably is held to the rest under `.never`. Where it offers
/// nothing of what is asked for, `body` is left out and the reason printed.
func withRunning(
    _ name: String, _ configure: (inout SystemConfiguration) -> Void = { _ in }, test: String = #function,
    _ body: (any MeasuredSystem, SystemConfiguration) throws -> Void
) throws {
    func attempt(_ configure: (inout SystemConfiguration) -> Void) throws -> SystemUnsupported? {
        var refusal: SystemUnsupported?
        try withSystem(name, configure) { system, configuration in
            do {
                try system.start()
            } catch let error as SystemUnsupported {
                refusal = error
                return
            }
            try body(system, configuration)
        }
        return refusal
    }
    guard try attempt(configure) != nil else { return }
    let refusal = try attempt {
        configure(&$0)
        $0.syncPolicy = .never
    }
    if let refusal { skip("\(name): \(refusal.reason)", test: test) }
}

/// Keys and values that a system should hold.
struct StoreModel {
    var values: [UInt64: [UInt8]] = [:]

    /// Writes `count` values of random keys below `keys` by `write`, and remembers them. Sizes are mostly small; some are empty
    /// and some larger than a page.
    mutating func write(
        _ count: Int, keys: UInt64, random: inout SeededRandom, _ write: (UInt64, RawSpan) throws -> Void
    ) throws {
        for _ in 0..<count {
            let key = random.below(keys)
            let size = [0, 1, 20, 200, 200, 200, 1000, 10_000][random.below(8)]
            let first = UInt8(truncatingIfNeeded: random.next())
            let value = (0..<size).map { first &+ UInt8(truncatingIfNeeded: $0 &* 7) }
            try write(key, value.span.bytes)
            values[key] = value
        }
    }

    /// Every key below `keys` is read; returns those that are not as remembered.
    func differences(_ client: any SystemClient, keys: UInt64) throws -> [UInt64] {
        var wrong: [UInt64] = []
        for key in 0..<keys {
            var found: [UInt8]?
            let isThere = try client.read(key: key) { value in found = value.copied }
            if found != values[key] || isThere != (found != nil) { wrong.append(key) }
        }
        return wrong
    }
}

extension RawSpan {
    var copied: [UInt8] { withUnsafeBytes { Array($0) } }
}
