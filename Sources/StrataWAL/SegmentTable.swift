import StrataDisk
import Synchronization

/// The segments of an open log, oldest first: where reads find an entry. Written by the holder of the commit role, read by
/// any thread.
final class SegmentTable: Sendable {
    /// 64 KiB of log for each mark: 16 bytes in memory for each, and a range read starts at most that far early.
    static let markSpacing: UInt64 = 64 << 10

    struct Mark: Sendable {
        var index: UInt64
        var offset: UInt64
    }

    struct Segment: Sendable {
        var name: String
        var header: SegmentHeader
        var marks: [Mark]
        /// Byte after the last block.
        var end: UInt64
    }

    private let segments: Mutex<[Segment]>

    init(_ segments: [Segment]) { self.segments = Mutex(segments) }

    var all: [Segment] { segments.withLock { $0 } }
    var firstIndex: UInt64 { segments.withLock { $0[0].header.firstIndex } }
    var count: Int { segments.withLock { $0.count } }

    func began(_ segment: Segment) { segments.withLock { $0.append(segment) } }

    /// A block of the newest segment was written from `offset` to `end`.
    func wrote(first index: UInt64, at offset: UInt64, end: UInt64) {
        segments.withLock { segments in
            let last = segments.count - 1
            segments[last].end = end
            if let mark = segments[last].marks.last, offset < mark.offset + Self.markSpacing { return }
            segments[last].marks.append(Mark(index: index, offset: offset))
        }
    }

    func removeFirst() { segments.withLock { _ = $0.removeFirst() } }
    func removeLast() { segments.withLock { _ = $0.removeLast() } }

    /// The segment that holds `index`, the byte of a block at or before it, and where the next segment begins.
    func find(_ index: UInt64) -> (segment: Segment, offset: UInt64, next: UInt64?)? {
        segments.withLock { segments in
            var low = 0
            var high = segments.count
            while low < high {
                let middle = (low + high) / 2
                if segments[middle].header.firstIndex <= index { low = middle + 1 } else { high = middle }
            }
            guard low > 0 else { return nil }
            let segment = segments[low - 1]
            let next = low < segments.count ? segments[low].header.firstIndex : nil
            let mark = segment.marks.partitionPoint { $0.index <= index }
            let offset = mark > 0 ? segment.marks[mark - 1].offset : UInt64(SegmentFormat.headerSize)
            return (segment, offset, next)
        }
    }
}

extension Array {
    /// The number of leading elements for which `isBefore` holds, by binary search.
    func partitionPoint(_ isBefore: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
