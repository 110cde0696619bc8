import StrataRESP

/// What is to be written to the log and to replicas: commands with the database they belong to, encoded as they are named. Reused.
package final class CommandEncoder {
    private let output = ReplyBuffer(capacity: 4096)
    package struct Item {
        package var database: Int
        package var range: Range<Int>
    }
    package private(set) var items: [Item] = []

    package init() {}

    package var isEmpty: Bool { items.isEmpty }

    package func removeAll() {
        output.removeAll()
        items.removeAll(keepingCapacity: true)
    }

    /// Forgets the commands from the `count`th on.
    package func truncate(to count: Int) {
        guard count < items.count else { return }
        output.truncate(to: items[count].range.lowerBound)
        items.removeLast(items.count - count)
    }

    /// Bytes of one of the commands, as RESP.
    package func bytes(of item: Item) -> Bytes { output.bytes[item.range] }

    /// One command of `count` arguments, which `build` appends.
    package func command(in database: Int, _ count: Int, _ build: (CommandEncoder) -> Void) {
        let start = output.count
        output.array(count)
        build(self)
        items.append(Item(database: database, range: start..<output.count))
    }

    package func command(in database: Int, _ arguments: Arguments) {
        command(in: database, arguments.count) { encoder in
            for index in 0..<arguments.count { encoder.add(arguments[index]) }
        }
    }

    @inline(__always)
    package func add(_ bytes: Bytes) { output.bulk(bytes) }
    package func add(_ bytes: [UInt8]) { output.bulk(bytes) }
    package func add(_ text: StaticString) { output.bulk(Bytes(text.utf8Start, text.utf8CodeUnitCount)) }
    package func add(_ number: Int64) { output.bulk(number) }
    package func add(text: String) { output.bulk(text) }
}
