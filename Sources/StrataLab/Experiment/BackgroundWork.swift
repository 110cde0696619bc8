/// The background axis: what the system does beside serving clients.
package enum BackgroundWork: String, Hashable, Sendable, CaseIterable {
    case none
    /// One consistent copy of the whole store after the other, to the same device.
    case snapshot
}
