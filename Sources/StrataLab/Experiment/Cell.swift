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
    /// User data written before a recovery: the whole log where nothing is loaded, else its tail.
    package var logBytes = 64 << 20
    /// Threads that recovery may use. Two, though logs by themselves use one: ids of cells leave defaults out, so a default
    /// never changes.
    package var threads = 2
    package var cache: CacheState = .warm
    package var mix: OperationMix = .write
    /// Which keys are chosen; nil is the mix's own distribution.
    package var keys: KeyDistribution?
    /// Keys loaded before anything is measured.
    package var records = 0
    /// Reads go this many changes of the whole store back; 0 reads the present.
    package var depth = 0
    /// Memory for cached data; 0 is the system's own default.
    package var memoryBytes = 0
    /// Changes gathered in memory before they go to the main store.
    package var bufferBytes = 64 << 20
    package var watchers = 0
    package var background: BackgroundWork = .none
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

    /// Every dial at its default.
    package static let standard = Cell()

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
