/// An address that connections cannot be accepted at.
package struct ListenFailure: Error, CustomStringConvertible {
    package var address: String
    /// Of the TCP port; nil: a unix socket.
    package var port: Int?
    package var reason: String

    package var description: String {
        guard let port else { return "Failed opening Unix socket \(address): \(reason)" }
        return "Failed listening on port \(port) (TCP) at \(address): \(reason)"
    }
}
