import StrataWorkload
import Testing

@Suite struct KeyDistributionTests {
    @Test(arguments: [
        ("sequential", KeyDistribution.sequential), ("uniform", .uniform),
        ("zipfian", .zipfian(theta: 0.99, scrambled: true)), ("zipfian:0.5", .zipfian(theta: 0.5, scrambled: true)),
        ("zipfian:0.99:ranked", .zipfian(theta: 0.99, scrambled: false)), ("latest", .latest(theta: 0.99)),
        ("latest:0.7", .latest(theta: 0.7)), ("hotspot", .hotspot(keys: 0.2, operations: 0.8)),
        ("hotspot:0.01:1", .hotspot(keys: 0.01, operations: 1)),
    ])
    func textIsReadAndWrittenBack(_ text: String, _ expected: KeyDistribution) throws {
        let distribution = try KeyDistribution(parsing: text)
        #expect(distribution == expected)
        #expect(try KeyDistribution(parsing: distribution.description) == expected)
    }

    @Test(arguments: [
        "", "zipf", "uniform:1", "zipfian:1", "zipfian:0", "zipfian:nan", "zipfian:0.9:random", "zipfian:0.9:ranked:2",
        "hotspot:0.2", "hotspot:0:0.5", "hotspot:1:0.5", "hotspot:0.2:1.5", "latest:x", "latest:", "Uniform",
        "zipfian:inf",
    ])
    func anErrorNamesWhatWasFoundAndWhatIsAllowed(_ text: String) {
        let error = #expect(throws: WorkloadError.self) { try KeyDistribution(parsing: text) }
        #expect(error?.found == text)
        for word in ["sequential", "uniform", "zipfian", "latest", "hotspot"] {
            #expect(error?.description.contains(word) == true)
        }
    }
}
