import StrataDisk
import StrataJournal
import StrataWorkload

/// Every dial as text: how files, the command line and result rows see a cell.
extension Cell {
    /// The value as `results.csv` has it: sizes in bytes, without a unit.
    package func text(_ axis: Axis) -> String {
        switch axis {
        case .system: system
        case .syncPolicy: syncPolicy.text
        case .syncMethod: syncMethod.rawValue
        case .codec: codec.text
        case .blockBytes: String(blockBytes)
        case .segmentBytes: String(segmentBytes)
        case .retainedBytes: String(retainedBytes)
        case .preallocation: preallocation.rawValue
        case .clients: String(clients)
        case .outstanding: String(outstanding)
        case .arrival: arrival.description
        case .valueSource: valueSource
        case .valueBytes: String(valueBytes)
        case .logBytes: String(logBytes)
        case .threads: String(threads)
        case .cache: cache.rawValue
        case .mix: mix.rawValue
        case .keys: keys?.description ?? Self.ownKeys
        case .records: String(records)
        case .depth: String(depth)
        case .memoryBytes: String(memoryBytes)
        case .bufferBytes: String(bufferBytes)
        case .watchers: String(watchers)
        case .background: background.rawValue
        case .deviceModel: deviceModel.text
        case .crashPoints: String(crashPoints)
        }
    }

    /// Reads one value. What `text` should have been is thrown where it is not understood.
    package mutating func set(_ axis: Axis, to text: String, in words: Vocabulary = .standard) throws(AxisValueError) {
        switch axis {
        case .system: system = try words.system(text)
        case .syncPolicy: syncPolicy = try read(text, SyncPolicy.init(text:), SyncPolicy.textForms)
        case .syncMethod: syncMethod = try Self.choice(text)
        case .codec: codec = try read(text, CodecSetting.init(text:), CodecSetting.textForms)
        // Bounds of the formats below: a block holds at least a record, a segment at least a few blocks.
        case .blockBytes: blockBytes = try Self.size(text, 64...(16 << 20))
        case .segmentBytes: segmentBytes = try Self.size(text, 4096...(8 << 30))
        case .retainedBytes: retainedBytes = try Self.size(text, 0...(1 << 40))
        case .preallocation: preallocation = try Self.choice(text)
        case .clients: clients = try Self.count(text, 1...4096)
        case .outstanding: outstanding = try Self.count(text, 1...65_536)
        case .arrival: arrival = try read(text, { try? ArrivalProcess(parsing: $0) }, ArrivalProcess.allowed)
        case .valueSource: valueSource = try words.valueSource(text)
        // 0 is whole records of a corpus.
        case .valueBytes: valueBytes = try Self.size(text, 0...(8 << 20))
        case .logBytes: logBytes = try Self.size(text, 0...(1 << 40))
        case .threads: threads = try Self.count(text, 1...256)
        case .cache: cache = try Self.choice(text)
        case .mix: mix = try Self.choice(text)
        case .keys:
            keys =
                text == Self.ownKeys
                ? nil
                : try read(
                    text, { try? KeyDistribution(parsing: $0) }, "\(Self.ownKeys), \(KeyDistribution.allowed)")
        case .records: records = try Self.count(text, 0...1_000_000_000)
        case .depth: depth = try Self.count(text, 0...1_000_000_000)
        // Below 1 MiB a cache holds less than the inner pages of a small tree.
        case .memoryBytes: memoryBytes = text == "0" ? 0 : try Self.size(text, (1 << 20)...(1 << 40))
        case .bufferBytes: bufferBytes = try Self.size(text, (64 << 10)...(1 << 36))
        case .watchers: watchers = try Self.count(text, 0...1_000_000)
        case .background: background = try Self.choice(text)
        case .deviceModel: deviceModel = try read(text, DeviceSetting.init(text:), DeviceSetting.textForms)
        case .crashPoints: crashPoints = try Self.count(text, 1...1_000_000)
        }
    }

    /// What `keys` says where the mix decides.
    package static let ownKeys = "own"

    private func read<T>(
        _ text: String, _ parse: (String) -> T?, _ forms: String
    ) throws(AxisValueError) -> T {
        guard let value = parse(text) else {
            throw .init(expected: forms, suggestion: Suggestion.nearest(to: text, in: forms.words))
        }
        return value
    }

    private static func choice<T: RawRepresentable & CaseIterable>(
        _ text: String
    ) throws(AxisValueError) -> T where T.RawValue == String {
        if let value = T(rawValue: text) { return value }
        let names = T.allCases.map(\.rawValue)
        throw .init(expected: names.joined(separator: ", "), suggestion: Suggestion.nearest(to: text, in: names))
    }

    private static func size(_ text: String, _ range: ClosedRange<Int>) throws(AxisValueError) -> Int {
        guard let value = ByteSize.parse(text), range.contains(value) else {
            let bounds = "\(ByteSize.format(range.lowerBound)) to \(ByteSize.format(range.upperBound))"
            throw .init(expected: "a size of \(bounds), as 4096, 4KiB or 64MiB")
        }
        return value
    }

    private static func count(_ text: String, _ range: ClosedRange<Int>) throws(AxisValueError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw .init(expected: "a whole number of \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

extension String {
    /// Lower-case words of a sentence that lists forms: "grouped" of "grouped:WINDOW:BYTES".
    fileprivate var words: [String] {
        split { !($0.isLowercase || $0.isNumber || $0 == "-" || $0 == "_") }.map(String.init)
    }
}
