import StrataSystems

/// What this build can measure, for the tool to hand to a `BenchSession`.
package enum BuiltInSystems {
    package static let names = SystemCatalog.names

    package static let factory: SystemFactory = { name, configuration in
        try SystemCatalog.make(name, configuration)
    }
}
