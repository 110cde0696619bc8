import NIOCore
import StrataRESP

/// One client's connection: reads requests, has them executed in order, and sends what `reply` holds. All of it on the
/// server's event loop.
package final class Connection: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    enum State {
        /// Requests are executed as they come.
        case running
        /// A request waits for its answer: later ones wait behind it.
        case blocked
        /// So many answers wait that no more requests are executed.
        case throttled
        /// Nothing more is executed: the last replies go out.
        case closing
        /// They are out; what the client still sends is thrown away until it closes, for a reset would take the replies
        /// from it.
        case draining
        case closed
    }

    /// Replies from `from` on wait for `ticket`.
    struct Hold {
        var from: Int
        var ticket: UInt64
    }

    // Exclusive access is not checked at run time: the event loop alone comes here, and nothing that a call is lent
    // `inout` is used within it.

    let server: RedisServer
    /// Answers not handed to the socket yet. Whoever writes here outside of `execute` calls `wake` afterwards.
    package let reply = ReplyBuffer(capacity: 512)
    /// What the executor knows of the client.
    @exclusivity(unchecked) package var context: AnyObject?
    package var clientClass = ClientClass.normal
    /// "127.0.0.1:50000", "[::1]:50000", or the socket's path with ":0".
    package private(set) var remoteAddress = ""
    package private(set) var localAddress = ""
    /// It was accepted by a unix socket.
    package private(set) var isLocalSocket = false

    @exclusivity(unchecked) var state = State.running
    @exclusivity(unchecked) var channelContext: ChannelHandlerContext?
    @exclusivity(unchecked) var parser = RequestParser()
    let arguments = Arguments()
    @exclusivity(unchecked) var received = ReceiveBuffer()
    /// Bytes that must come before parsing makes sense.
    @exclusivity(unchecked) var missing = 0
    @exclusivity(unchecked) var holds: [Hold] = []
    /// Bytes of `reply` that have had their hold, or need none.
    @exclusivity(unchecked) var settled = 0
    /// In the server's list of those with something to send when the turn ends.
    @exclusivity(unchecked) var isDirty = false
    var isResuming = false
    /// By the request that is being executed.
    @exclusivity(unchecked) var wasResumed = false
    var isParked = false
    var isReadPaused = false
    /// The channel has bytes that the kernel has not taken: about so many.
    @exclusivity(unchecked) var isSending = false
    @exclusivity(unchecked) var unsent = 0
    /// The socket's; -1: not known, all goes through the channel.
    @exclusivity(unchecked) package private(set) var descriptor: CInt = -1
    /// The executor is at work for this connection, on bytes that must stay.
    @exclusivity(unchecked) var isExecuting = false
    @exclusivity(unchecked) var closesWhenExecuted = false
    /// `context` was told.
    var isOpen = false
    /// The server's ticks (100 ms) when bytes last came.
    @exclusivity(unchecked) var lastRead: UInt64 = 0
    /// When waiting replies went over the soft limit.
    @exclusivity(unchecked) var overSoftSince: UInt64?
    var drainingSince: UInt64 = 0
    /// Its place in the server's list.
    var place = -1

    init(server: RedisServer) {
        self.server = server
        parser.limits.bulk = server.settings.maxBulk
    }

    /// Requests of clients that have not authenticated are held to narrow limits.
    package var isAuthenticated: Bool {
        get { parser.limits.isAuthenticated }
        set { parser.limits.isAuthenticated = newValue }
    }

    /// Bytes received and not executed.
    package var queryCount: Int { received.count }
    package var queryMemory: Int { received.memory }
    /// Bytes of replies that are not with the kernel.
    package var outputCount: Int { reply.count + unsent }
    /// Seconds since bytes last came.
    package var idleSeconds: Int { Int((server.ticks - lastRead) / 10) }

    // MARK: Channel

    package func handlerAdded(context: ChannelHandlerContext) {
        channelContext = context
        if context.channel.isActive { open() }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        channelContext = nil
    }

    package func channelActive(context: ChannelHandlerContext) { open() }

    package func channelInactive(context: ChannelHandlerContext) { ended() }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        server.statistics.bytesIn += UInt64(buffer.readableBytes)
        lastRead = server.ticks
        read(buffer)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        // The executor's log comes first: replies leave when the turn ends.
        if state != .closed { markDirty() }
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { inputEnded() }
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

    private func open() {
        guard !isOpen, state == .running, let channel = channelContext?.channel else { return }
        remoteAddress = Self.text(channel.remoteAddress)
        localAddress = Self.text(channel.localAddress)
        if case .unixDomainSocket? = channel.localAddress {
            isLocalSocket = true
            remoteAddress = localAddress
        }
        lastRead = server.ticks
        let handle = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            $0
        }
        descriptor = handle.flatMap(\.self) ?? -1
        if let refusal = server.refusal(for: self, from: channel.remoteAddress) {
            server.statistics.connectionsRejected += 1
            reply.error(refusal)
            closeAfterReply()
            flush()
            return
        }
        isOpen = true
        server.statistics.connectionsAccepted += 1
        server.add(self)
        server.executor.opened(self)
    }

    private static func text(_ address: SocketAddress?) -> String {
        switch address {
        case .v4: "\(address?.ipAddress ?? ""):\(address?.port ?? 0)"
        case .v6: "[\(address?.ipAddress ?? "")]:\(address?.port ?? 0)"
        case .unixDomainSocket: "\(address?.pathname ?? ""):0"
        case nil: ""
        }
    }

    // MARK: Ends

    /// Closed once the replies so far have gone out; nothing more is executed.
    package func closeAfterReply() {
        guard state != .closed, state != .draining else { return }
        state = .closing
        markDirty()
    }

    /// Closed now, whatever waits.
    package func close() {
        guard state != .closed else { return }
        if isExecuting {
            closesWhenExecuted = true
            return
        }
        let context = channelContext
        ended()
        context?.close(promise: nil)
    }

    /// The client will send nothing more. What it asked for is answered, unless that may take for ever.
    private func inputEnded() {
        switch state {
        case .running, .throttled: closeAfterReply()
        case .closing: break
        case .blocked, .draining, .closed: close()
        }
    }

    /// Nothing more happens here. What was received goes with the object: it may be in use right now.
    func ended() {
        guard state != .closed else { return }
        state = .closed
        // The channel closes it: the number may be another's soon.
        descriptor = -1
        leave()
        reply.removeAll()
        holds.removeAll()
        settled = 0
    }

    /// The executor and the server forget it.
    func leave() {
        guard isOpen else { return }
        isOpen = false
        server.remove(self)
        server.executor.closed(self)
        context = nil
    }
}
