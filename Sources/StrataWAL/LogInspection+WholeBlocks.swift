import StrataCodec
import StrataDisk

extension LogInspection {
    /// The search for whole blocks behind damage, which repair cannot keep, but which its user may want to know of.
    enum WholeBlocks {
        /// Ranges of entries, in the order of their places; each block is known by its checksum and its segment's salt.
        static func find(
            in scan: SegmentScan, on disk: any Disk, _ clock: any MonotonicClock
        ) throws(StorageError) -> [ClosedRange<UInt64>] {
            guard let salt = scan.header?.salt else { return [] }
            let window = try SegmentWindow(try disk.open(scan.name, .read, method: .fdatasync), clock: clock)
            let alignment = UInt64(SegmentFormat.alignment)
            var ranges: [ClosedRange<UInt64>] = []
            var at = scan.validEnd
            while at + UInt64(SegmentFormat.blockHeaderSize) <= scan.usedSize {
                guard let header = try block(at: at, window), header.salt == salt, header.firstIndex >= scan.nextIndex
                else {
                    at += alignment
                    continue
                }
                if header.count > 0, header.firstIndex <= .max - UInt64(header.count) {
                    ranges.append(header.firstIndex...header.firstIndex + UInt64(header.count) - 1)
                }
                at += UInt64(header.blockSize)
            }
            try window.file.close()
            return ranges
        }

        private static func block(at offset: UInt64, _ window: SegmentWindow) throws(StorageError) -> BlockHeader? {
            let decoded = try window.withBytes(at: offset, count: SegmentFormat.blockHeaderSize) {
                (bytes) -> BlockHeader? in
                guard bytes.field(UInt32.self, at: 0) == SegmentFormat.blockMagic else { return nil }
                return if case .header(let header) = BlockHeader.decode(bytes) { header } else { nil }
            }
            guard let header = decoded ?? nil else { return nil }
            let crc = try window.withBytes(at: offset, count: header.blockSize) { CRC32C.checksum($0.extracting(8...)) }
            return crc == header.crc ? header : nil
        }
    }
}
