/// The index of the newest applied command: the applying thread's own.
final class AppliedIndex: @unchecked Sendable {
    // Only ever touched under the order lock.
    @exclusivity(unchecked) var value: UInt64

    init(_ value: UInt64) { self.value = value }
}
