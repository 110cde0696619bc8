/// A library that this build was made without: its name stays in the catalogue, and every use says what to do.
package final class AbsentSystem: MeasuredSystem {
    private let name: String
    private let reason: String

    /// `trait`: the package trait that switches the library on, and its name. `package`: what Debian calls its headers.
    package init(_ name: String, trait: String, package: String) {
        self.name = name
        reason =
            "built without \(trait): install \(package) (make setup does) and build again with make, "
            + "or with swift build --traits \(trait)"
    }

    package var description: SystemDescription {
        SystemDescription(name: name, version: "absent", settings: [:])
    }

    package func start() throws { throw SystemUnsupported(reason: reason) }
    package func makeClient(_ index: Int) throws -> any SystemClient { throw SystemUnsupported(reason: reason) }
    package func counters() -> SystemCounters { SystemCounters() }
    package func stop() throws {}
    package func kill() {}
    package func recover() throws -> RecoveryTiming { throw SystemUnsupported(reason: reason) }
}
