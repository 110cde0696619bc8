import Foundation
import StrataDisk
import StrataLab
import StrataWAL

/// One JSON document. Numbers of 32 and more random bits are text in hexadecimal, because many readers have no 64-bit integers.
final class InspectionJSON: InspectionOutput {
    private var blocks: [Block]?
    private var entries: [ListedEntry]?

    init(showsBlocks: Bool, showsEntries: Bool) {
        blocks = showsBlocks ? [] : nil
        entries = showsEntries ? [] : nil
    }

    func add(_ block: InspectedBlock) { blocks?.append(Block(block)) }
    func add(_ entry: ListedEntry) { entries?.append(entry) }

    func finish(_ inspection: LogInspection, isWholeLog: Bool) {
        let document = Document(inspection, blocks: blocks, entries: entries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            print(String(decoding: try encoder.encode(document), as: UTF8.self))
        } catch {
            preconditionFailure("a document of numbers and text cannot be encoded: \(error)")
        }
    }

    private struct Document: Encodable {
        var path: String
        var verdict: String
        var isIntact: Bool
        var isOpenElsewhere: Bool?
        var firstIndex: UInt64
        var lastIndex: UInt64
        var durableIndex: UInt64
        var sizeBytes: UInt64
        var rawBytes: UInt64
        var storedBytes: UInt64
        var ratio: Double?
        var damage: [Problem]
        var torn: Problem?
        var loss: Loss?
        var segments: [Segment]
        var dictionaries: [Dictionary]
        var otherFiles: [OtherFile]
        var blocks: [Block]?
        var entries: [ListedEntry]?

        init(_ inspection: LogInspection, blocks: [Block]?, entries: [ListedEntry]?) {
            path = inspection.path
            isIntact = inspection.isIntact
            isOpenElsewhere = inspection.isOpenElsewhere
            switch inspection.verdict {
            case .intact: verdict = "intact"
            case .torn(let place):
                verdict = "torn"
                torn = Problem(place)
            case .corrupt: verdict = "corrupt"
            }
            firstIndex = inspection.firstIndex
            lastIndex = inspection.lastIndex
            durableIndex = inspection.durableIndex
            sizeBytes = inspection.size
            rawBytes = inspection.rawBytes
            storedBytes = inspection.storedBytes
            ratio = inspection.ratio
            damage = inspection.damage.map(Problem.init)
            loss = inspection.loss.map(Loss.init)
            segments = inspection.segments.map { Segment($0, inspection) }
            dictionaries = inspection.dictionaries.map {
                Dictionary(id: $0.id, sizeBytes: $0.size, damage: $0.damage.map(Problem.init))
            }
            otherFiles = inspection.others.map { file in
                let kind =
                    switch file.kind {
                    case .pool: "pool"
                    case .dropped: "set_aside"
                    default: "foreign"
                    }
                return OtherFile(name: file.name, kind: kind, sizeBytes: file.size)
            }
            self.blocks = blocks
            self.entries = entries
        }
    }

    private struct Problem: Encodable {
        var file: String
        var byte: UInt64
        var message: String

        init(_ error: StorageError) {
            file = error.file
            byte = error.offset
            message = "\(error)"
        }
    }

    private struct Range: Encodable {
        var first: UInt64
        var last: UInt64

        init(_ range: ClosedRange<UInt64>) { (first, last) = (range.lowerBound, range.upperBound) }
    }

    private struct Loss: Encodable {
        var entries: Range?
        var wholeEntries: [Range]
        var bytes: UInt64
        var segments: [String]

        init(_ loss: LogInspection.Loss) {
            entries = loss.entries.map(Range.init)
            wholeEntries = loss.wholeEntries.map(Range.init)
            bytes = loss.bytes
            segments = loss.segments
        }
    }

    private struct Dictionary: Encodable {
        var id: UInt32
        var sizeBytes: Int?
        var damage: Problem?
    }

    private struct OtherFile: Encodable {
        var name: String
        var kind: String
        var sizeBytes: UInt64
    }

    private struct Segment: Encodable {
        var name: String
        var state: String
        var sizeBytes: UInt64
        var firstIndex: UInt64
        var lastIndex: UInt64
        var entries: UInt64
        var blocks: UInt64
        var closings: UInt64
        var rawBytes: UInt64
        var storedBytes: UInt64
        var ratio: Double?
        var blocksByCodec: [String: UInt64]
        var entriesPerBlock: Double?
        var formatVersion: UInt16?
        var dictionaryId: UInt32?
        var logId: String?
        var salt: String?
        var headerDurableIndex: UInt64?
        var endByte: UInt64
        var brokenBytes: UInt64
        var freeBytes: UInt64
        var supersededBytes: UInt64
        var supersededFrom: UInt64?
        var supersededDamage: Problem?
        var damage: Problem?

        init(_ segment: InspectedSegment, _ inspection: LogInspection) {
            name = segment.name
            state = FindingText.state(segment, inspection)
            sizeBytes = segment.size
            firstIndex = segment.firstIndex
            lastIndex = segment.lastIndex
            entries = segment.entries
            blocks = segment.blocks
            closings = segment.closings
            rawBytes = segment.rawBytes
            storedBytes = segment.storedBytes
            ratio = segment.ratio
            blocksByCodec = [:]
            for (codec, count) in segment.blocksByCodec { blocksByCodec[codec.shown] = count }
            entriesPerBlock = segment.meanBatch
            if let header = segment.header {
                formatVersion = SegmentFormat.version
                dictionaryId = header.dictionaryID
                logId = FindingText.hex(header.logID)
                salt = FindingText.hex(header.salt)
                headerDurableIndex = header.durableIndex
            }
            endByte = segment.end
            brokenBytes = segment.brokenBytes
            freeBytes = segment.freeBytes
            supersededBytes = segment.supersededBytes
            supersededFrom = segment.supersededFrom
            supersededDamage = segment.supersededDamage.map(Problem.init)
            damage = (segment.bodyDamage ?? segment.damage).map(Problem.init)
        }
    }

    private struct Block: Encodable {
        var segment: String
        var byte: UInt64
        var firstIndex: UInt64
        var entries: Int
        var rawBytes: Int
        var storedBytes: Int
        var codec: String
        var crc32c: String
        var link: String
        var durableIndex: UInt64

        init(_ block: InspectedBlock) {
            segment = block.segment
            byte = block.offset
            firstIndex = block.header.firstIndex
            entries = block.header.count
            rawBytes = block.header.rawSize
            storedBytes = block.header.storedSize
            codec = block.header.codec.shown
            crc32c = FindingText.hex(block.header.crc)
            link = FindingText.hex(block.header.link)
            durableIndex = block.header.durableIndex
        }
    }
}
