import StrataDisk
import StrataJournal
import StrataWorkload

/// One point of an experiment's matrix: a value for every dial.
package struct Cell: Hashable, Sendable {
    package var system = "wal"
    package var syncPolicy: SyncPolicy = .always
    package var syncMethod: SyncMethod = .fdatasync
    package var codec: CodecSetting = .none
    /// Bytes gathered into one compressed block, before compression.
    package var blockBytes = 64 << 10
    package var segmentBytes = 64 << 20
    /// What a log keeps while clients write: older segments serve again, as in service once a snapshot covers them. 0 keeps
    /// everything, so that every byte goes into a new block of the file system.
    package var retainedBytes = 256 << 20
    package var preallocation: Preallocation = .zeroFill
    /// Threads that send requests.
    package var clients = 1
    /// Writes in flight for each client; 1 is a blocking client.
    package var outstanding = 1
    package var arrival: ArrivalProcess = .closed
    /// `constant`, `random` or `corpus:NAME`.
    package var valueSource = "random"
    /// 0 is whole records of a corpus, each of its own size.
    package var valueBytes = 256
    /// User data written before a recovery.
    package var logBytes = 64 << 20
    /// Threads that recovery may use.
    package var threads = 2
    package var cache: CacheState = .warm
    package var deviceModel: DeviceSetting = .host
    /// Power cuts of one durability cell.
    package var crashPoints = 200

    package init() {}

    /// A short hash of the configuration, the same in every run and on every machine. Dials at their default are left
    /// out, so that a dial added in a later version renames no old cell.
    package var id: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, 64 bits
        for byte in label(of: Axis.allCases.filter { text($0) != Cell.standard.text($0) }).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        let digits = String(hash >> 16, radix: 16)
        return String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static let standard = Cell()

    /// "clients=4 codec=lz4" for the given dials.
    package func label(of axes: [Axis]) -> String {
        axes.map { "\($0.rawValue)=\(shown($0))" }.joined(separator: " ")
    }

    /// The value as people read it: sizes with a unit.
    package func shown(_ axis: Axis) -> String {
        let text = text(axis)
        return axis.isSize ? Int(text).map(ByteSize.format) ?? text : text
    }
}
