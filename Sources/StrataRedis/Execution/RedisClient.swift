import StrataRESP

/// A connection as the engine sees it. The executor's thread alone uses it.
package final class RedisClient {
    package let id: UInt64
    /// Where it connects from, "127.0.0.1:50000" or "unix:PATH"; empty for a client of the engine's own.
    package var address = ""
    package var localAddress = ""
    package var name: [UInt8] = []
    package var libraryName = ""
    package var database = 0
    /// Replies wait here until the connection sends them.
    package let reply: ReplyBuffer
    package var isAuthenticated = false
    /// Close the connection once the replies have gone out.
    package var closesAfterReply = false
    package var isMonitor = false
    /// Commands that keep no time of last access: CLIENT NO-TOUCH and the like.
    package var isReplyOff = false
    package var skipsNextReply = false
    package var transaction: TransactionState?
    package var watched: [WatchedKey] = []
    /// Set where a watched key was changed.
    package var isWatchBroken = false
    package var channels: Set<[UInt8]> = []
    package var patterns: Set<[UInt8]> = []
    package var shardChannels: Set<[UInt8]> = []
    package var blocked: BlockedState?
    /// What replies that answer no request under way have to wait for, before `wake`.
    package var heldTicket: UInt64?
    /// Milliseconds since 1970.
    package var connected: Int64 = 0
    package var lastInteraction: Int64 = 0
    package var lastCommand = ""
    /// Tells the connection that `reply` has something that answers no request under way.
    package var wake: (RedisClient) -> Void = { _ in }
    /// Tells the connection to end.
    package var kill: (RedisClient) -> Void = { _ in }

    package init(id: UInt64, reply: ReplyBuffer = ReplyBuffer()) {
        self.id = id
        self.reply = reply
    }

    package var subscriptions: Int { channels.count + patterns.count }
    package var isInPubSub: Bool { !channels.isEmpty || !patterns.isEmpty || !shardChannels.isEmpty }
}

/// MULTI until EXEC or DISCARD.
package struct TransactionState {
    package var commands: [(spec: CommandSpec, arguments: Arguments)] = []
    /// A command could not be queued: EXEC will refuse.
    package var isAborted = false
}

package struct WatchedKey: Hashable {
    package var database: Int
    package var key: [UInt8]
    /// It was there, and expired, when the watch began.
    package var wasExpired: Bool
}

/// A client that waits for keys: its command is carried out again when one of them may serve it.
package struct BlockedState {
    package var spec: CommandSpec
    package var arguments: Arguments
    package var database: Int
    package var keys: [[UInt8]]
    /// Milliseconds since 1970; nil: for ever.
    package var deadline: Int64?
    package var timeoutReply: TimeoutReply
    package enum TimeoutReply: Sendable {
        case null, nullArray
    }
}
