import ArgumentParser
import StrataBTree
import StrataCodec
import StrataDisk
import StrataEngine
import StrataJournal
import StrataLab
import StrataWAL

/// How a store is opened; any of it may differ from one opening to the next.
struct StoreSettings: ParsableArguments {
    @Option(
        name: .customLong("sync-policy"),
        help: ArgumentHelp(
            "When a write is acknowledged: \(SyncPolicy.textForms). Default: always.", valueName: "policy"),
        transform: { try Self.read($0, SyncPolicy.init(text:), SyncPolicy.textForms) })
    var policy: SyncPolicy?

    @Option(
        name: .customLong("sync-method"),
        help: ArgumentHelp(
            "How bytes are forced to the device: \(Self.methods). Default: fdatasync.", valueName: "method"),
        transform: { try Self.read($0, SyncMethod.init(rawValue:), Self.methods) })
    var method: SyncMethod?

    @Option(
        name: .customLong("codec"),
        help: ArgumentHelp(
            "Compression of the log's new blocks: none, lz4 or zstd:LEVEL. Default: none.", valueName: "codec"),
        transform: { try Self.read($0, Self.compression, "none, lz4 or zstd:LEVEL with a level of 1 to 19") })
    var codec: Compression?

    @Option(
        name: .customLong("buffer"),
        help: ArgumentHelp(
            "Changes kept in memory before they are merged into the tree. Default: 64MiB.", valueName: "size"),
        transform: { try Self.read($0, Self.size, "a size such as 64MiB") })
    var buffer: Int?

    @Option(
        name: .customLong("cache"),
        help: ArgumentHelp("Memory for pages that are read. Default: 256MiB.", valueName: "size"),
        transform: { try Self.read($0, Self.size, "a size such as 256MiB") })
    var cache: Int?

    @Flag(name: .shortAndLong, help: "Say what opening found and did.")
    var verbose = false

    private static let methods = SyncMethod.allCases.map(\.rawValue).joined(separator: ", ")

    private static func read<T>(_ text: String, _ parse: (String) -> T?, _ forms: String) throws -> T {
        guard let value = parse(text) else { throw ValidationError("'\(text)' is not \(forms).") }
        return value
    }

    private static func size(_ text: String) -> Int? { ByteSize.parse(text) }

    private static func compression(_ text: String) -> Compression? {
        switch CodecSetting(text: text) {
        case .some(.none): Compression.none
        case .lz4: .lz4
        case .zstd(let level): .zstd(level: level)
        case .zstdDictionary, nil: nil
        }
    }
}

/// The engine's options as the settings before and behind the store's directory give them; the later one wins.
struct StoreSetup {
    private(set) var options = KVEngineOptions()
    private(set) var isVerbose = false

    init(_ settings: [StoreSettings]) {
        var log = WALOptions()
        for settings in settings {
            if let policy = settings.policy { log.policy = policy }
            if let method = settings.method {
                log.method = method
                options.store.tree.method = method
            }
            if let codec = settings.codec { log.compression = codec }
            if let buffer = settings.buffer { options.store.bufferBytes = buffer }
            if let cache = settings.cache { options.store.tree.cacheBytes = cache }
            if settings.verbose { isVerbose = true }
        }
        options.store.log = .wal(log)
    }
}
