import StrataDisk
import StrataRESP
import StrataRedis

/// A log that keeps what it is given as text.
final class LoggedCommands: CommandLog {
    private(set) var units: [[String]] = []

    func append(_ unit: CommandEncoder, now: Int64) throws(StorageError) -> UInt64? {
        units.append(
            unit.items.map { item in
                var parser = ReplyParser()
                parser.append(unit.bytes(of: item))
                guard let reply = try? parser.next(), case .array(let words) = reply else { return "?" }
                return words.map { $0.text ?? "?" }.joined(separator: " ")
            })
        return nil
    }
}
