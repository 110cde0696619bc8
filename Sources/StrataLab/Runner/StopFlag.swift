import Synchronization

/// Says that the run shall end early. Raised by a signal or a failing client, read in every loop.
package final class StopFlag: Sendable {
    private let raised = Atomic<Bool>(false)

    package init() {}

    @inline(__always)
    package var isRaised: Bool { raised.load(ordering: .relaxed) }

    package func raise() { raised.store(true, ordering: .relaxed) }
}
