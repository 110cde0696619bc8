import Glibc
import NIOCore
import NIOPosix

extension RedisServer {
    /// Takes the addresses, without accepting yet. Not on the loop.
    package func bind() throws(ListenFailure) {
        if settings.port != 0 {
            for name in settings.bind {
                let isOptional = name.hasPrefix("-")
                let address = isOptional ? String(name.dropFirst()) : name
                do throws(ListenFailure) {
                    try bind(address)
                } catch {
                    if !isOptional { throw error }
                    log?.write(.verbose, "\(error)")
                }
            }
            if listeners.isEmpty, settings.unixSocket == nil {
                throw ListenFailure(
                    address: settings.bind.joined(separator: " "), port: settings.port,
                    reason: "no address could be taken")
            }
        }
        if let path = settings.unixSocket { try bindSocket(path) }
    }

    /// The port of the first TCP address: with `anyPort`, the kernel's choice.
    package var boundPort: Int? { listeners.lazy.compactMap { $0.localAddress?.port }.first }

    /// From now on connections are accepted. Not on the loop.
    package func accept() {
        loop.execute { self.startTicking() }
        for listener in listeners {
            // A listener that is gone accepts nothing: stop was called.
            listener.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }

    private func bind(_ name: String) throws(ListenFailure) {
        do {
            // To the settings 0 is "no TCP"; to the kernel "whichever is free".
            let port = settings.port == ServerSettings.anyPort ? 0 : settings.port
            let address: SocketAddress =
                switch name {
                case "*": try SocketAddress(ipAddress: "0.0.0.0", port: port)
                case "::*": try SocketAddress(ipAddress: "::", port: port)
                default: try SocketAddress.makeAddressResolvingHost(name, port: port)
                }
            var bootstrap = bootstrap().childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Else [::] would take the IPv4 addresses too, which have a listener of their own.
            if case .v6 = address {
                bootstrap = bootstrap.serverChannelOption(
                    ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only), value: 1)
            }
            listeners.append(try bootstrap.bind(to: address).wait())
        } catch {
            throw ListenFailure(address: name, port: settings.port, reason: Self.reason(error))
        }
    }

    private func bindSocket(_ path: String) throws(ListenFailure) {
        do {
            listeners.append(try bootstrap().bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait())
            if let permissions = settings.unixSocketPermissions, chmod(path, mode_t(permissions)) != 0 {
                throw ListenFailure(address: path, reason: "its permissions cannot be set, errno \(errno)")
            }
        } catch let failure as ListenFailure {
            throw failure
        } catch {
            throw ListenFailure(address: path, reason: Self.reason(error))
        }
    }

    private func bootstrap() -> ServerBootstrap {
        let keepalive = Int32(clamping: settings.tcpKeepalive)
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Int32(clamping: settings.backlog))
            .serverChannelOption(.autoRead, value: false)
            // Out of descriptors the loop would spin; it waits a second.
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if keepalive > 0, channel.remoteAddress?.ipAddress != nil {
                        try Self.keepAlive(channel, seconds: keepalive)
                    }
                    try channel.pipeline.syncOperations.addHandler(Connection(server: self))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 2_048, maximum: 64 << 10))
    }

    /// As Redis sets them: probes after `seconds`, then every third of that, and an end after three.
    private static func keepAlive(_ channel: any Channel, seconds: Int32) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        try options.setOption(.tcpOption(.init(rawValue: CInt(TCP_KEEPIDLE))), value: Int(seconds))
        try options.setOption(.tcpOption(.init(rawValue: CInt(TCP_KEEPINTVL))), value: max(1, Int(seconds) / 3))
        try options.setOption(.tcpOption(.init(rawValue: CInt(TCP_KEEPCNT))), value: 3)
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        // Not the system's text for it: test harnesses of Redis take that for a server that did not start at all.
        return error.errnoCode == EADDRINUSE ? "the address is taken (EADDRINUSE)" : "errno \(error.errnoCode)"
    }

    // MARK: Stop

    /// Ends: no more connections, what is written is sent, and `wait` returns `status`. Any thread.
    package func stop(status: Int32 = 0) {
        loop.execute {
            if self.isStopping { return }
            self.isStopping = true
            self.stopTicking()
            for listener in self.listeners { listener.close(promise: nil) }
            if let path = self.settings.unixSocket { _ = unlink(path) }
            for connection in self.connections {
                connection.flush()
                connection.close()
            }
            // What closing set in motion comes first.
            self.loop.execute { self.stopped.succeed(status) }
        }
    }

    /// A request to end from outside: the executor may refuse. Any thread.
    package func requestStop() {
        loop.execute {
            if self.executor.prepareToStop() {
                self.log?.write(.warning, "Redis is now ready to exit, bye bye...")
                self.stop()
            } else {
                self.log?.write(.warning, "Errors trying to shut down the server. Check the logs for more information.")
            }
        }
    }

    /// Until `stop`. Returns its status; the loop's thread has ended then. Not on the loop.
    package func wait() -> Int32 {
        let status = (try? stopped.futureResult.wait()) ?? 1
        // Its failure would be that of a group that is shut down already.
        try? group.syncShutdownGracefully()
        return status
    }
}
