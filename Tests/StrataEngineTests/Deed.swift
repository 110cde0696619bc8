import StrataDisk
import StrataEngine
import StrataKV

/// One command drawn from a seed, over few keys so that they meet.
struct Deed {
    let command: KVCommand

    init(_ random: inout SeededRandom) {
        func key() -> [UInt8] { text("k\(random.below(12))") }
        func value() -> [UInt8] {
            let size = random.chance(0.05) ? 2000 + random.below(6000) : random.below(60)
            return (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        switch random.below(20) {
        case 0..<12: command = .put(PutRequest(key: key(), value: value()))
        case 12..<15: command = .deleteRange(DeleteRangeRequest(key: key()))
        case 15: command = .deleteRange(DeleteRangeRequest(key: text("k1"), rangeEnd: text("k3")))
        default:
            let first = key()
            let second = first == text("k0") ? text("k1") : text("k0")
            command = .txn(
                TxnRequest(
                    compare: [Compare(key: first, .greater, .version(Int64(random.below(3))))],
                    success: [
                        .put(PutRequest(key: first, value: value())), .deleteRange(DeleteRangeRequest(key: second)),
                    ],
                    failure: [.put(PutRequest(key: second, value: value()))]))
        }
    }

    func act(on engine: KVEngine) throws { _ = try engine.execute(command) }
}
