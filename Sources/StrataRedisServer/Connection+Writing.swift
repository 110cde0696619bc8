import Glibc
import NIOCore
import StrataRESP

extension Connection {
    /// Replies written since the last call wait for `ticket`; 0: for nothing, unless earlier ones wait.
    func settle(_ ticket: UInt64) {
        if ticket != 0, ticket > server.released, reply.count > settled, ticket > holds.last?.ticket ?? 0 {
            holds.append(Hold(from: settled, ticket: ticket))
            server.park(self)
        }
        settled = reply.count
    }

    func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        server.flushAtTurnEnd(self)
    }

    /// Sends whatever may go. What the kernel does not take at once is left to the channel, one write at a time; what
    /// comes after it waits here.
    func flush() {
        guard state != .closed, !isSending, let context = channelContext else { return }
        let ready = holds.isEmpty ? reply.count : holds[0].from
        if ready > 0 {
            server.statistics.bytesOut += UInt64(ready)
            // Past the channel's queue, which costs a tenth of a request; an error is met again by the channel, which
            // closes. Of a channel that has closed already the descriptor's number may be another connection's.
            let isDirect = descriptor >= 0 && context.channel.isActive
            let sent =
                isDirect
                ? max(0, Glibc.send(descriptor, reply.base, ready, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))) : 0
            // Copied and taken out first: the channel may tell at once that it has written, and then this is called again.
            let rest =
                sent < ready
                ? server.outgoing(UnsafeRawBufferPointer(start: reply.base + sent, count: ready - sent)) : nil
            reply.removeFirst(ready)
            settled -= ready
            for index in holds.indices { holds[index].from -= ready }
            if let rest { leave(rest, to: context) }
        }
        if state == .closing, reply.isEmpty, !isSending { finish(context) }
        checkOutput()
    }

    /// To the channel, which writes when the socket takes more.
    private func leave(_ bytes: ByteBuffer, to context: ChannelHandlerContext) {
        isSending = true
        unsent = bytes.readableBytes
        let connection = NIOLoopBound(self, eventLoop: server.loop)
        context.writeAndFlush(wrapOutboundOut(bytes)).whenComplete { _ in connection.value.sent() }
    }

    private func sent() {
        isSending = false
        unsent = 0
        guard state != .closed else { return }
        flush()
        unthrottle()
    }

    /// Within a read: its answers are many.
    func flushEarly() {
        server.finishExecution()
        flush()
        if outputCount > server.settings.pausesAboveOutput { throttle() }
    }

    /// Those whose ticket has come go out.
    func release(upTo ticket: UInt64) {
        var released = 0
        while released < holds.count, holds[released].ticket <= ticket { released += 1 }
        if released > 0 {
            holds.removeFirst(released)
            flush()
        }
    }

    /// After the last reply: no more is sent, and what comes is not looked at.
    private func finish(_ context: ChannelHandlerContext) {
        state = .draining
        drainingSince = server.ticks
        server.drain(self)
        leave()
        context.close(mode: .output, promise: nil)
    }

    /// Closes where too much waits for a client that does not read.
    func checkOutput() {
        guard reply.count > 0, isOpen else { return overSoftSince = nil }
        let limit = server.settings.outputLimits[clientClass.rawValue]
        if limit.hard == 0 && limit.soft == 0 { return }
        let count = outputCount
        var isOver = limit.hard > 0 && count > limit.hard
        if limit.soft > 0, count > limit.soft {
            let since = overSoftSince ?? server.ticks
            overSoftSince = since
            isOver = isOver || server.ticks - since > UInt64(limit.softSeconds) * 10
        } else {
            overSoftSince = nil
        }
        guard isOver else { return }
        server.statistics.closedOverOutput += 1
        server.log?.write(
            .warning, "Client \(remoteAddress) closed for overcoming of output buffer limits: \(count) bytes")
        close()
    }
}
