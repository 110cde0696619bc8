/// What a command does and where it may run: the flags that `COMMAND` shows, with Redis' names.
package struct CommandFlags: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let write = CommandFlags(rawValue: 1 << 0)
    package static let readonly = CommandFlags(rawValue: 1 << 1)
    /// May use more memory: refused where maxmemory is reached.
    package static let denyoom = CommandFlags(rawValue: 1 << 2)
    package static let admin = CommandFlags(rawValue: 1 << 3)
    package static let pubsub = CommandFlags(rawValue: 1 << 4)
    package static let noscript = CommandFlags(rawValue: 1 << 5)
    package static let blocking = CommandFlags(rawValue: 1 << 6)
    package static let loading = CommandFlags(rawValue: 1 << 7)
    package static let stale = CommandFlags(rawValue: 1 << 8)
    package static let skipMonitor = CommandFlags(rawValue: 1 << 9)
    package static let skipSlowlog = CommandFlags(rawValue: 1 << 10)
    package static let asking = CommandFlags(rawValue: 1 << 11)
    package static let fast = CommandFlags(rawValue: 1 << 12)
    package static let noAuth = CommandFlags(rawValue: 1 << 13)
    package static let mayReplicate = CommandFlags(rawValue: 1 << 14)
    package static let noMulti = CommandFlags(rawValue: 1 << 15)
    package static let movableKeys = CommandFlags(rawValue: 1 << 16)
    package static let allowBusy = CommandFlags(rawValue: 1 << 17)
    package static let noMandatoryKeys = CommandFlags(rawValue: 1 << 18)
    package static let noAsyncLoading = CommandFlags(rawValue: 1 << 19)
    package static let protected = CommandFlags(rawValue: 1 << 20)
    package static let sentinel = CommandFlags(rawValue: 1 << 21)

    /// In the order in which Redis lists them.
    package static let names: [(CommandFlags, StaticString)] = [
        (.write, "write"), (.readonly, "readonly"), (.denyoom, "denyoom"), (.admin, "admin"), (.pubsub, "pubsub"),
        (.noscript, "noscript"), (.blocking, "blocking"), (.loading, "loading"), (.stale, "stale"),
        (.skipMonitor, "skip_monitor"), (.skipSlowlog, "skip_slowlog"), (.asking, "asking"), (.fast, "fast"),
        (.noAuth, "no_auth"), (.mayReplicate, "may_replicate"), (.noMandatoryKeys, "no_mandatory_keys"),
        (.noAsyncLoading, "no_async_loading"), (.noMulti, "no_multi"), (.movableKeys, "movablekeys"),
        (.allowBusy, "allow_busy"),
    ]
}
