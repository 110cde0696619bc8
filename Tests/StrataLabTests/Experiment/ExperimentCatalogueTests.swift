import Foundation
import StrataLab
import StrataTesting
import Testing

@Suite struct ExperimentCatalogueTests {
    private var shipped: ExperimentCatalogue {
        ExperimentCatalogue(searchingFrom: [URL(fileURLWithPath: #filePath).deletingLastPathComponent().path])
    }

    @Test func everyShippedExperimentIsReadInBothForms() throws {
        let names = shipped.names()
        #expect(names.count >= 7)
        for name in names {
            for quick in [false, true] {
                let experiment = try shipped.load(name, quick: quick)
                let cells = try experiment.cells()
                #expect(!cells.isEmpty)
                #expect(Set(cells.map(\.id)).count == cells.count, "\(name): two cells are the same")
                #expect(experiment.source.hasPrefix("# " + experiment.question.prefix(1)))
                #expect(!experiment.plots.isEmpty)
                if !experiment.baseline.isEmpty { #expect(cells.contains(where: experiment.isBaseline), "\(name)") }
            }
        }
    }

    @Test func anUnknownNameBringsTheNearest() {
        #expect { try shipped.load("sync-policy") } throws: { "\($0)".contains("did you mean \"sync-policies\"?") }
    }

    @Test func aPathIsReadAsOne() throws {
        try withTemporaryDirectory("catalogue") { directory in
            try directory.write(Array(shortExperiment.utf8), to: "mine.toml")
            #expect(try shipped.load(directory.file("mine.toml")).name == "mine")
            #expect(ExperimentCatalogue(searchingFrom: [directory.path]).names().isEmpty)
        }
    }
}
