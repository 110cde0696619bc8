/// The systems that can be measured, by the names that experiments use.
package enum SystemCatalog {
    package static let names = ["wal", "bare"]

    /// Throws `SystemUnsupported` for a name that is not in `names`.
    package static func make(
        _ name: String, _ configuration: SystemConfiguration
    ) throws -> any MeasuredSystem {
        switch name {
        case "wal": return WALSystem(configuration)
        case "bare": return BareSystem(configuration)
        default:
            throw SystemUnsupported(reason: "no system \"\(name)\"; there are \(names.joined(separator: ", "))")
        }
    }
}
