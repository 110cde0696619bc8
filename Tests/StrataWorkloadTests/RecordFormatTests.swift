import Foundation
import StrataDisk
import StrataWorkload
import Testing

@Suite struct RecordFormatTests {
    private func split(_ format: RecordFormat, _ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        let corpus = Corpus(name: "t", format: format, text: bytes, records: try format.split(bytes, file: "t"))
        return (0..<corpus.count).map { String(decoding: corpus[$0], as: UTF8.self) }
    }

    @Test func recordsAreWhatStandsBetweenSeparators() throws {
        #expect(try split(.lines, "a\nbc\n") == ["a", "bc"])
        #expect(try split(.lines, "a\nbc") == ["a", "bc"])
        #expect(try split(.csv, "x,y\n1,2\n,\n") == ["1,2", ","])
        #expect(try split(.jsonLines, "{}\n{\"a\":1}\n") == ["{}", "{\"a\":1}"])
        #expect(
            try split(.stanzas, "\nPackage: a\nSize: 1\n\n\nPackage: b\n more\n")
                == ["Package: a\nSize: 1", "Package: b\n more"])
    }

    @Test(arguments: [
        (RecordFormat.lines, "a\n\nb\n", 2), (.lines, "", 0), (.lines, "a\0b", 1), (.csv, "x,y\n", 0),
        (.csv, "x,y\n1,2\n1,2,3\n", 8), (.csv, "x,y\n1,\"2\"\n", 6), (.csv, "x\n\n", 2), (.jsonLines, "{}\n[]\n", 3),
        (.jsonLines, "{}\n{\n", 3), (.stanzas, "Package: a\n\nSize: 1\n", 12), (.stanzas, "\n\n", 0),
    ])
    func malformedTextIsRefusedWithItsOffset(_ format: RecordFormat, _ text: String, _ offset: UInt64) {
        let error = #expect(throws: StorageError.self) { try format.split(Array(text.utf8), file: "some.file") }
        #expect(error?.offset == offset, "\(error?.description ?? "no error")")
        #expect(error?.file == "some.file")
        guard case .corrupt = error?.kind else { return #expect(Bool(false), "not reported as corrupt") }
    }

    @Test func bytesThatAreNotUTF8AndGiantRecordsAreRefused() {
        let broken = #expect(throws: StorageError.self) {
            try RecordFormat.lines.split([0x61, 0x0A, 0xC3, 0x28], file: "t")
        }
        #expect(broken?.offset == 2)
        var giant = [UInt8](repeating: 0x61, count: Corpus.maximumRecordSize)
        #expect(throws: Never.self) { try RecordFormat.lines.split(giant, file: "t") }
        giant.append(0x61)
        #expect(throws: StorageError.self) { try RecordFormat.lines.split(giant, file: "t") }
    }
}

@Suite struct CSVDocumentsTests {
    @Test func rowsBecomeDocumentsThatHoldTheirFields() throws {
        let text = Array("year,name,delay,note\n2013,N\\1,-2.5,007\n0,NA,,a\tb\n-0,-,1.,.5\n".utf8)
        let rows = Corpus(name: "r", format: .csv, text: text, records: try RecordFormat.csv.split(text, file: "r"))
        let documents = try CSVDocuments.corpus(named: "d", from: rows)
        #expect(documents.name == "d")
        #expect(
            (0..<3).map { String(decoding: documents[$0], as: UTF8.self) } == [
                #"{"year":2013,"name":"N\\1","delay":-2.5,"note":"007"}"#,
                #"{"year":0,"name":null,"delay":null,"note":"a\u0009b"}"#,
                #"{"year":-0,"name":"-","delay":"1.","note":".5"}"#,
            ])
        for index in 0..<3 {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(documents[index])) }
        }
    }
}
