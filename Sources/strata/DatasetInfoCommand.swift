import ArgumentParser
import StrataCodec
import StrataDisk
import StrataLab
import StrataWorkload

/// `strata dataset info NAME`.
struct DatasetInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show where a dataset is from, its size, and how it compresses.",
        discussion: """
            Compression ratios are size before by size after: above 1 is a gain. Each codec is measured on single records, \
            on batches of neighbouring records, and zstd also on single records with a dictionary trained on others.

            Exit status: 0 done, 1 the dataset is not built or damaged, 2 wrong usage.

            Examples:
              strata dataset info nycflights13
              strata dataset info nycflights13 --csv > ratios.csv
            """)

    @Argument(help: ArgumentHelp("A dataset, as `strata dataset list` names it.", valueName: "name"))
    var name: String

    @Flag(help: "Write CSV: a row for each codec and unit.")
    var csv = false

    func run() throws {
        let dataset = try DatasetCommand.named(name)
        do {
            let corpus = try dataset.load()
            let statistics = try DatasetStatistics(of: corpus)
            print(csv ? rows(statistics) : page(dataset, statistics), terminator: "")
        } catch let error as StorageError {
            throw failed("\(error)")
        } catch let error as CodecError {
            throw failed("\(error)")
        }
    }

    private func failed(_ reason: String) -> ExitCode {
        StandardError.write("Error: \(name): \(reason)\n")
        return ExitCode(ExitStatus.failure)
    }

    private func page(_ dataset: Dataset, _ statistics: DatasetStatistics) -> String {
        var text = ""
        for (label, value) in [
            ("dataset", "\(dataset.name): \(dataset.summary)"), ("licence", dataset.licence),
            ("source", dataset.source),
            ("records", NumberText.human(Double(statistics.records))),
            ("size", "\(ShownSize.bytes(statistics.bytes)), records alone \(ShownSize.bytes(statistics.recordBytes))"),
            (
                "a record",
                "\(NumberText.human(statistics.meanSize)) bytes on average, \(statistics.largestRecord) at most"
            ),
            ("crc32c", FindingText.hex(statistics.crc32c)),
        ] {
            text += label + String(repeating: " ", count: 10 - label.count) + value + "\n"
        }
        var units: [DatasetStatistics.Unit] = []
        var codecs: [String] = []
        for ratio in statistics.ratios {
            if !units.contains(ratio.unit) { units.append(ratio.unit) }
            if !codecs.contains(ratio.codec) { codecs.append(ratio.codec) }
        }
        var table = TextTable([("ratio", .left)] + units.map { (Self.shown($0), .right) })
        for codec in codecs {
            table.add([codec] + units.map { ShownSize.ratio(statistics.ratio(codec, $0)) })
        }
        return text + "\n" + table.text
    }

    private static func shown(_ unit: DatasetStatistics.Unit) -> String {
        switch unit {
        case .record: "a record"
        case .batch(let bytes): "batch of \(ByteSize.format(bytes))"
        case .recordWithDictionary: "a record, dictionary of \(ByteSize.format(DatasetStatistics.dictionarySize))"
        }
    }

    private func rows(_ statistics: DatasetStatistics) -> String {
        var text = CSVText.line([
            "dataset", "crc32c", "records", "text_bytes", "record_bytes", "mean_record_bytes", "largest_record_bytes",
            "codec", "unit", "batch_bytes", "dictionary_bytes", "ratio",
        ])
        for ratio in statistics.ratios {
            let (unit, batch, dictionary) =
                switch ratio.unit {
                case .record: ("record", "", "")
                case .batch(let bytes): ("batch", "\(bytes)", "")
                case .recordWithDictionary: ("record", "", "\(DatasetStatistics.dictionarySize)")
                }
            text += CSVText.line([
                name, FindingText.hex(statistics.crc32c), "\(statistics.records)", "\(statistics.bytes)",
                "\(statistics.recordBytes)", NumberText.format(statistics.meanSize), "\(statistics.largestRecord)",
                ratio.codec, unit, batch, dictionary, ratio.ratio.map(NumberText.format) ?? "",
            ])
        }
        return text
    }
}
