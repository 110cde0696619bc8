import StrataLab
import Testing

@Suite struct CSVTableTests {
    @Test func whatIsWrittenIsReadBack() throws {
        let table = CSVTable(header: ["a", "b"], rows: [["1", "x, \"y\""], ["", "ü"], ["", ""]])
        let read = try CSVTable(text: table.text, file: "t.csv")
        #expect(read == table)
        #expect(table.text.hasPrefix("a,b\n1,\"x, \"\"y\"\"\"\n"))
    }

    @Test func aRowCutOffAtTheEndIsSetAside() throws {
        let table = try CSVTable(text: "a,b\n1,2\n3", file: "t.csv")
        #expect(table.rows == [["1", "2"]])
        #expect(table.cutOffTail == "3")
    }

    @Test func damageIsReportedWithItsLine() {
        #expect(throws: ReportError(file: "t.csv", line: 3, reason: "1 fields where the header has 2")) {
            try CSVTable(text: "a,b\n1,2\n3\n4,5\n", file: "t.csv")
        }
        #expect(throws: ReportError(file: "t.csv", line: 1, reason: "no header line")) {
            try CSVTable(text: "", file: "t.csv")
        }
        #expect(throws: ReportError(file: "t.csv", line: 1, reason: "column a appears twice")) {
            try CSVTable(text: "a,a\n1,2\n", file: "t.csv")
        }
        #expect(throws: ReportError(file: "/nowhere/t.csv", reason: "no such file")) {
            try CSVTable(contentsOf: "/nowhere/t.csv")
        }
    }

    @Test(arguments: ["nan", "inf", "12x"])
    func aValueThatIsNoNumberIsRefused(_ value: String) throws {
        let text = RunFixture.header + "r,e,aaaa,measure,1,1,1,wal,1,always,1,ext4,run,m,value,\(value),us,1,0,ok,\n"
        let table = try CSVTable(text: text, file: "results.csv")
        #expect(throws: ReportError(file: "results.csv", line: 2, reason: "value \"\(value)\" is no number")) {
            try ResultSet(table: table, file: "results.csv")
        }
    }

    @Test func aResumedRunThatChangedACellIsRefused() throws {
        var text = RunFixture().results
        text += "r1,policies,aaaa,measure,7,1,42,wal,1.0,never,4096,ext4,run,throughput,value,1,ops/s,1,0,ok,\n"
        let table = try CSVTable(text: text, file: "results.csv")
        #expect(throws: ReportError.self) { try ResultSet(table: table, file: "results.csv") }
    }
}
