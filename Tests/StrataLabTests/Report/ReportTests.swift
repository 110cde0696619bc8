import Foundation
import StrataLab
import StrataTesting
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ReportTests {
    /// The text of the elements of an XML file; throws where it is not well formed.
    private final class Reader: NSObject, XMLParserDelegate {
        private(set) var text = ""
        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

        static func text(_ data: Data) throws -> String {
            let reader = Reader()
            let parser = XMLParser(data: data)
            parser.delegate = reader
            guard parser.parse() else { throw parser.parserError ?? CocoaError(.fileReadCorruptFile) }
            return reader.text
        }
    }

    private func string(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func reportsAreMadeFromARunAndMadeAgainTheSame() throws {
        try withTemporaryDirectory("report") { directory in
            try RunFixture().write(to: directory)
            let first = try Report.write(runDirectory: directory.path, gnuplot: nil)
            let (summary, page) = (try string(first.summary), try string(first.page))
            let second = try Report.write(runDirectory: directory.path, gnuplot: nil)
            #expect(try string(second.summary) == summary)
            #expect(try string(second.page) == page)
            #expect(first.warnings == [Gnuplot.absent])
            #expect(first.terminalTable.contains("A/A control passed"))
        }
    }

    @Test func plotsAreWellFormedAndNameTheirData() throws {
        guard Gnuplot() != nil else { return skip("gnuplot is not installed (Debian: gnuplot-nox)") }
        try withTemporaryDirectory("report") { directory in
            try RunFixture().write(to: directory)
            try FileManager.default.createDirectory(atPath: directory.file("hist"), withIntermediateDirectories: true)
            for round in 1...2 {
                try directory.write(Array("5.0 0.5 10\n9.0 1.0 20\n".utf8), to: "hist/aaaa_r\(round)_run_latency.hgrm")
            }
            let series =
                "cell_id,role,round,phase,t_ms,ops,p50_us,p99_us\naaaa,measure,1,run,100,5,1,2\n"
                + "aaaa,measure,1,run,200,0,,\nbbbb,measure,1,run,100,7,1,2\n"
            try directory.write(Array(series.utf8), to: "series.csv")
            let files = try Report.write(runDirectory: directory.path)
            #expect(files.warnings.isEmpty, "\(files.warnings)")
            let names = files.plots.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
            #expect(names == ["speed", "percentiles-run", "timeline"])
            for (name, path) in zip(names, files.plots) {
                let text = try Reader.text(Data(contentsOf: URL(fileURLWithPath: path)))
                #expect(text.contains("plots/\(name).csv"), "\(name) does not name its data")
                _ = try CSVTable(contentsOf: directory.file("plots/\(name).csv"))
            }
            let title = try Reader.text(Data(contentsOf: URL(fileURLWithPath: files.plots[0])))
            #expect(title.contains("Speed of sync_policy: 100 % & <more>"))
            let page = try string(files.page)
            #expect(page.components(separatedBy: "<svg").count == 4)
            checkPage(page)
        }
    }

    private func checkPage(_ page: String) {
        // Names of XML vocabularies are no references; everything else that a browser would fetch is.
        let plain = page.replacing("xmlns=\"http://www.w3.org/2000/svg\"", with: "")
            .replacing("xmlns:xlink=\"http://www.w3.org/1999/xlink\"", with: "")
        for reference in ["http://", "https://", "<script", "<link", "@import", "src=", "<iframe", "javascript:"] {
            #expect(!plain.contains(reference), "\(reference) in the page")
        }
        for target in plain.components(separatedBy: "href=").dropFirst() {
            #expect(target.hasPrefix("\"#") || target.hasPrefix("'#"), "href to \(target.prefix(20))")
        }
        #expect(!page.contains("<never>") && page.contains("&lt;never&gt; faster &amp; by how much?"))
        #expect(!page.contains("<no>") && page.contains("kernel says &lt;no&gt;"))
        #expect(!page.contains("&amp;lt;") && !page.contains("&lt;span"), "escaped twice")
        #expect(!page.contains("<b>CPU") && page.contains("18446744073709551615"))
    }

    @Test func thePageNeedsNothingElseAndEscapesWhatItShows() throws {
        try withTemporaryDirectory("report") { directory in
            try RunFixture().write(to: directory)
            checkPage(try string(Report.write(runDirectory: directory.path, gnuplot: nil).page))
        }
    }

    @Test func damageBesideTheResultsLeavesOnlyItsPartOut() throws {
        try withTemporaryDirectory("report") { directory in
            try RunFixture().write(to: directory, manifest: false)
            try directory.write(Array("no json".utf8), to: "manifest.json")
            try directory.write(Array("a,b\n1\n".utf8), to: "baseline.csv")
            try directory.write(Array("a,b\n".utf8), to: "series.csv")
            let files = try Report.write(runDirectory: directory.path, gnuplot: nil)
            for part in ["manifest.json", "baseline.csv:2", "no column cell_id"] {
                #expect(files.warnings.contains { $0.contains(part) }, "\(part) is not among \(files.warnings)")
            }
            #expect(try string(files.page).contains("faster"))
        }
    }

    @Test func aDirectoryWithoutResultsIsAnErrorThatNamesTheFile() throws {
        try withTemporaryDirectory("report") { directory in
            let expected = ReportError(file: directory.file("results.csv"), reason: "no such file")
            let error = #expect(throws: ReportError.self) { try Report.write(runDirectory: directory.path) }
            #expect(error == expected)
        }
    }

    @Test func plotNamesCannotLeaveTheRunDirectory() throws {
        try withTemporaryDirectory("report") { directory in
            try RunFixture().write(to: directory, manifest: false)
            let manifest = RunFixture().manifest.replacing("\"speed\"", with: "\"../speed\"")
            try directory.write(Array(manifest.utf8), to: "manifest.json")
            let files = try Report.write(runDirectory: directory.path, gnuplot: nil)
            #expect(files.warnings.contains { $0.contains("letters, digits and hyphens") })
            #expect(try !directory.names().contains { $0.hasPrefix("speed") })
        }
    }

    @Test func whatGnuplotSaysIsPassedOn() throws {
        guard let gnuplot = Gnuplot() else { return skip("gnuplot is not installed (Debian: gnuplot-nox)") }
        try withTemporaryDirectory("report") { directory in
            try directory.write(Array("plot 'nothing-here.csv'\n".utf8), to: "bad.gp")
            let error = #expect(throws: ReportError.self) { try gnuplot.run(script: "bad.gp", in: directory.path) }
            #expect(error?.reason.contains("nothing-here.csv") ?? false)
            try directory.write(Array("pause 60\n".utf8), to: "slow.gp")
            let impatient = try #require(Gnuplot(timeLimit: .milliseconds(300)))
            let late = #expect(throws: ReportError.self) { try impatient.run(script: "slow.gp", in: directory.path) }
            #expect(late?.reason.contains("longer than 300ms") ?? false)
        }
        #expect(Gnuplot(searchPath: "/nowhere:/also/nowhere") == nil)
    }
}
