import StrataDisk

/// Appends gathered while the previous batch is being written. The bytes are laid out as they will be written, so that
/// a sink that does not transform them hands them to the kernel without a copy.
package final class JournalBatch: @unchecked Sendable {
    /// A run of appends that the sink frames, checksums or compresses as one.
    package struct Frame: Sendable {
        /// Bytes in `buffer`, from the room left for a header up to the last append.
        package var range: Range<Int>
        /// How many appends it holds.
        package var appends: Int
    }

    /// How appends are laid out. The journal knows bytes only; what headers mean is the sink's business.
    package struct Layout: Sendable {
        /// Bytes left free at the start of each frame.
        package var frameHeaderSize: Int
        /// A frame that has reached this many bytes of appends is closed. An append is never split.
        package var frameTarget: Int
        /// Frames start at multiples of this; the gap is zeros.
        package var frameAlignment: Int

        package init(frameHeaderSize: Int, frameTarget: Int, frameAlignment: Int) {
            precondition(frameHeaderSize >= 0 && frameTarget > 0 && frameAlignment > 0, "impossible layout")
            self.frameHeaderSize = frameHeaderSize
            self.frameTarget = frameTarget
            self.frameAlignment = frameAlignment
        }

        /// Appends back to back, nothing between them.
        package static let plain = Layout(frameHeaderSize: 0, frameTarget: .max, frameAlignment: 1)
    }

    package let layout: Layout
    package let buffer: IOBuffer
    // As in `IOBuffer`: owned by whoever holds the journal's lock or its commit role.
    @exclusivity(unchecked) package private(set) var frames: [Frame] = []
    @exclusivity(unchecked) package private(set) var appendCount = 0
    /// Bytes handed in by appenders.
    @exclusivity(unchecked) package private(set) var payloadSize = 0
    /// The first append's ticket, and when it came (nanoseconds of the journal's clock).
    @exclusivity(unchecked) package var firstTicket: UInt64 = 0
    @exclusivity(unchecked) var gatheredSince: UInt64 = 0

    package init(layout: Layout) {
        self.layout = layout
        buffer = IOBuffer(capacity: min(layout.frameTarget, 64 * 1024) + layout.frameHeaderSize)
        frames.reserveCapacity(64)
    }

    package var isEmpty: Bool { appendCount == 0 }

    @inline(__always)
    package func append(prefix: UInt64?, _ bytes: RawSpan) {
        if frames.isEmpty || frames[frames.count - 1].range.count - layout.frameHeaderSize >= layout.frameTarget {
            openFrame()
        }
        if let prefix { buffer.append(littleEndian: prefix) }
        buffer.append(bytes)
        let last = frames.count - 1
        frames[last].range = frames[last].range.lowerBound..<buffer.count
        frames[last].appends += 1
        appendCount += 1
        payloadSize += bytes.byteCount
    }

    private func openFrame() {
        let gap = (layout.frameAlignment - buffer.count % layout.frameAlignment) % layout.frameAlignment
        if gap + layout.frameHeaderSize > 0 { buffer.append(zeros: gap + layout.frameHeaderSize) }
        let start = buffer.count - layout.frameHeaderSize
        frames.append(Frame(range: start..<buffer.count, appends: 0))
    }

    package func removeAll() {
        buffer.removeAll()
        frames.removeAll(keepingCapacity: true)
        appendCount = 0
        payloadSize = 0
    }
}
