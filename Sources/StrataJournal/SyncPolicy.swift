/// *When* appended bytes are forced to the device. *How* is a `SyncMethod`.
///
/// "Acknowledged" is what an append that has returned (or a completed ticket) means under each case.
package enum SyncPolicy: Hashable, Sendable {
    /// Acknowledged when synced; appends that arrive while a sync runs share the next one. Price: each append waits one
    /// to two sync times. A power cut loses nothing acknowledged.
    case always
    /// As `.always`, but a batch waits up to `window` from its first append, or until `maxBytes` are gathered, to be larger.
    /// Price: up to `window` more latency, fewer syncs. A power cut loses nothing acknowledged.
    case grouped(window: Duration, maxBytes: Int)
    /// Acknowledged when handed to the kernel; synced in the background every `interval`. Price: one sync an interval. A power
    /// cut loses up to `interval` plus the running sync of acknowledged appends; a killed process loses nothing.
    case periodic(interval: Duration)
    /// Acknowledged when handed to the kernel; the append that makes `bytes` or more unsynced waits for a sync. A power cut
    /// loses less than `bytes` of acknowledged appends.
    case everyBytes(Int)
    /// Acknowledged when handed to the kernel, which writes back when it likes. A power cut loses whatever it had not.
    case never

    /// Whether an acknowledged append survives a power cut (with a durable `SyncMethod`).
    package var acknowledgesDurably: Bool {
        switch self {
        case .always, .grouped: true
        case .periodic, .everyBytes, .never: false
        }
    }
}
