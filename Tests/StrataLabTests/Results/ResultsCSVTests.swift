import StrataLab
import StrataTesting
import Testing

@Suite struct ResultsCSVTests {
    private var row: ResultRow {
        var row = ResultRow()
        row.runID = "r-1"
        row.experiment = "e"
        row.cellID = "0123"
        row.role = .control
        row.round = 3
        row.order = 2
        row.seed = 9_007_199_254_740_993
        row.dials = [.system: "wal", .syncPolicy: "grouped:1ms:4KiB", .clients: "64"]
        row.version = "0.1"
        row.phase = "run"
        row.metric = "latency"
        row.stat = "p99.9"
        row.value = 0.1 + 0.2
        row.unit = "us"
        row.n = 12
        row.noisy = true
        row.note = "a \"quoted\", long\nreason\r\nover lines"
        return row
    }

    @Test func aRowReadsBackAsItWas() throws {
        var expected = row
        expected.note = "a \"quoted\", long reason  over lines"
        var empty = ResultRow()
        empty.cellID = "x"
        empty.status = .failed
        let text = CSVText.line(ResultSchema.header) + row.line + empty.line
        #expect(text.split(separator: "\n").count == 3)
        #expect(try ResultsReader.rows(parsing: text, file: "results.csv") == [expected, empty])
    }

    @Test func theColumnsAreTheOnesThatReadersKnow() {
        #expect(
            ResultSchema.header.joined(separator: ", ")
                == "run_id, experiment, cell_id, role, round, order, seed, system, version, sync_policy, sync_method, codec, "
                + "block_bytes, segment_bytes, retained_bytes, preallocation, clients, outstanding, arrival, value_source, "
                + "value_bytes, log_bytes, threads, cache, mix, keys, records, depth, memory_bytes, buffer_bytes, watchers, background, "
                + "fs, device_model, phase, metric, stat, value, unit, n, noisy, status, note"
        )
    }

    @Test func whatDoesNotParseIsNamedWithItsLine() {
        let header = CSVText.line(ResultSchema.header)
        let bad =
            header + row.line
            + row.line.replacing(",64,", with: ",64,").replacing("r-1,e,0123,control,3", with: "r-1,e,0123,control,x")
        #expect { try ResultsReader.rows(parsing: bad, file: "f.csv") } throws: {
            "\($0)" == "f.csv:3: round: cannot read \"x\""
        }
        #expect { try ResultsReader.rows(parsing: "a,b\n1,2\n", file: "f.csv") } throws: {
            "\($0)" == "f.csv:1: column run_id is missing"
        }
    }

    @Test func aFileWithoutAColumnOfADialIsReadAndOneWithoutAnotherIsNot() throws {
        func without(_ name: String) throws -> String {
            let place = try #require(ResultSchema.header.firstIndex(of: name))
            var plain = row
            plain.note = ""
            let lines = [ResultSchema.header, ResultSchema.Column.allCases.map(plain.text)]
            return lines.map { line in
                CSVText.line(line.enumerated().filter { $0.offset != place }.map(\.element))
            }.joined()
        }
        let rows = try ResultsReader.rows(parsing: without("mix"), file: "f.csv")
        #expect(rows.count == 1 && rows[0].dials == row.dials && rows[0].metric == "latency")
        #expect { try ResultsReader.rows(parsing: without("metric"), file: "f.csv") } throws: {
            "\($0)" == "f.csv:1: column metric is missing"
        }
    }

    @Test func aFileWithOtherColumnsIsNotContinued() throws {
        try withTemporaryDirectory("results") { directory in
            try directory.write(Array("run_id,cell_id\nr,c\n".utf8), to: "results.csv")
            #expect { try ResultsWriter(directory: directory.path) } throws: {
                "\($0)".hasSuffix("has the columns of another version of the tool; begin a new run")
            }
        }
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("", ""), ("a\r\nb", "a  b"),
    ])
    func fieldsAreEscaped(_ text: String, _ field: String) { #expect(CSVText.field(text) == field) }

    @Test func numbersKeepTheirValue() {
        #expect(
            [1, 0.1, 1e20, -3, .nan, 1234567.5].map(NumberText.format) == ["1", "0.1", "1e+20", "-3", "", "1234567.5"])
        #expect(
            [12345.6, 1.2345, 999.96, 0, -1234, .infinity].map(NumberText.human) == [
                "12,346", "1.235", "1,000.0", "0.000", "-1,234", "-",
            ])
    }
}
