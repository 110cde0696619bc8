import NIOCore
import StrataRESP

extension Connection {
    /// Executes what is whole, in the buffer that it came in; what is not is kept.
    func read(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { bytes in
            if received.isEmpty, state == .running {
                let used = execute(Bytes(bytes))
                if used < bytes.count, isListening { received.append(UnsafeRawBufferPointer(rebasing: bytes[used...])) }
            } else if isListening {
                received.append(bytes)
                if state == .running, bytes.count >= missing { executeReceived() } else { missing -= bytes.count }
            }
        }
        if received.count > server.settings.queryBufferLimit {
            server.statistics.closedOverQuery += 1
            server.log?.write(.warning, "Closing client that reached max query buffer length: \(remoteAddress)")
            close()
        }
    }

    /// Whether what comes is of use.
    private var isListening: Bool {
        switch state {
        case .running, .blocked, .throttled: true
        case .closing, .draining, .closed: false
        }
    }

    func executeReceived() {
        while state == .running, !received.isEmpty {
            let used = execute(received.bytes)
            // Whatever closed the connection has emptied the buffer.
            if state == .closed || used == 0 { return }
            received.removeFirst(used)
            if state == .running { return }
        }
    }

    /// Executes the requests at the beginning of `bytes`. Returns their size.
    private func execute(_ bytes: Bytes) -> Int {
        var at = 0
        let server = server
        while at < bytes.count {
            switch parser.next(in: Bytes(bytes.start + at, bytes.count - at), into: arguments) {
            case .incomplete(let missing):
                self.missing = missing
                return at
            case .request(let size):
                if arguments.count > 0 {
                    server.requestExecuted()
                    isExecuting = true
                    wasResumed = false
                    let outcome = server.executor.execute(arguments, for: self)
                    isExecuting = false
                    switch outcome {
                    case .done(let ticket): settle(ticket)
                    case .blocked: if state == .running, !wasResumed { state = .blocked }
                    case .postponed:
                        precondition(!wasResumed, "postponed and resumed at once")
                        if state == .running { state = .blocked }
                        missing = 0
                        return at
                    }
                    if closesWhenExecuted { close() }
                }
                at += size
            case .malformed(let violation):
                reply.error("ERR " + violation.text)
                settle(0)
                closeAfterReply()
                return bytes.count
            }
            if reply.count > server.earlyFlush { flushEarly() }
            if state != .running {
                missing = 0
                return at
            }
        }
        missing = 0
        return at
    }

    // MARK: Blocking

    /// The answer that the connection waited for is in `reply`, or a postponed request may be tried again. What came
    /// meanwhile is executed when the turn ends. Nothing where the connection does not wait.
    package func resume() {
        wasResumed = isExecuting
        guard state == .blocked, !isResuming else { return }
        isResuming = true
        server.resume(self)
    }

    func resumed() {
        isResuming = false
        guard state == .blocked else { return }
        state = .running
        executeReceived()
    }

    /// `reply` has something that answers no request under way: sent when the turn ends, and not before `ticket` is
    /// released.
    package func wake(waitsFor ticket: UInt64 = 0) {
        guard isOpen else { return }
        settle(ticket)
        markDirty()
        checkOutput()
    }

    // MARK: Throttling

    func throttle() {
        guard state == .running else { return }
        state = .throttled
        setReading(false)
    }

    func unthrottle() {
        guard state == .throttled, outputCount < server.settings.pausesAboveOutput / 2 else { return }
        state = .running
        setReading(true)
        executeReceived()
        flush()
    }

    private func setReading(_ reads: Bool) {
        guard isReadPaused == reads else { return }
        isReadPaused = !reads
        // Fails on a closed channel alone, where it does not matter.
        try? channelContext?.channel.syncOptions?.setOption(.autoRead, value: reads)
    }
}
