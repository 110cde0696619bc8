import StrataCodec
import StrataDisk
import StrataJournal

extension SystemConfiguration {
    /// The value of `appendfsync`. Throws `SystemUnsupported` for what Redis' append-only file cannot do.
    var appendfsync: String {
        get throws(SystemUnsupported) {
            switch syncPolicy {
            case .always: return "always"
            case .periodic(.seconds(1)): return "everysec"
            case .never: return "no"
            case .periodic:
                throw SystemUnsupported(reason: "Redis syncs in the background every second and at no other interval")
            case .grouped:
                throw SystemUnsupported(reason: "Redis syncs what a round of its event loop wrote, with no window")
            case .everyBytes:
                throw SystemUnsupported(reason: "Redis bounds what is not synced by time, not by bytes")
            }
        }
    }

    /// Throws `SystemUnsupported` for dials that a Redis server does not have.
    func checkRedis() throws(SystemUnsupported) {
        _ = try appendfsync
        guard syncMethod == .fdatasync else {
            throw SystemUnsupported(reason: "Redis syncs by fdatasync, not by \(syncMethod.rawValue)")
        }
        guard compression == .none else {
            throw SystemUnsupported(reason: "Redis' append-only file is not compressed")
        }
        guard memoryBytes == nil else {
            throw SystemUnsupported(reason: "Redis holds all of its data in memory: there is no cache to bound")
        }
    }
}
