import StrataCodec

/// The records of a dataset in memory: slices of one buffer, in the source's order. Immutable, so any thread may read.
package final class Corpus: Sendable {
    /// Largest text, in bytes. The positions of records are 32-bit.
    package static let maximumSize = 256 << 20
    /// Largest single record, in bytes.
    package static let maximumRecordSize = 1 << 20

    package struct Record: Sendable, Hashable {
        package var start: UInt32
        package var size: UInt32
    }

    package let name: String
    package let format: RecordFormat
    /// The whole text, with what stands between records.
    package let text: [UInt8]
    package let records: [Record]
    /// Bytes of all records, without what stands between them.
    package let recordBytes: Int
    /// CRC-32C of `text`, which tells two versions of a corpus apart in a manifest.
    package let crc32c: UInt32

    /// `records` must lie in `text`, as those do that `RecordFormat.split` returns.
    package init(name: String, format: RecordFormat, text: [UInt8], records: [Record]) {
        precondition(!records.isEmpty, "a corpus has records")
        precondition(text.count <= Self.maximumSize, "a corpus larger than \(Self.maximumSize) bytes")
        self.name = name
        self.format = format
        self.text = text
        self.records = records
        recordBytes = records.reduce(0) { $0 + Int($1.size) }
        crc32c = CRC32C.checksum(text.span.bytes)
    }

    package var count: Int { records.count }
    package var meanSize: Double { Double(recordBytes) / Double(records.count) }

    package subscript(_ index: Int) -> ArraySlice<UInt8> {
        let record = records[index]
        return text[Int(record.start)..<Int(record.start) + Int(record.size)]
    }
}
