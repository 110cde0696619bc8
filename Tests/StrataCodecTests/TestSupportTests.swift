import Foundation
import StrataTesting
import Testing

@Suite struct GoldenBytesTests {
    @Test func commentsSpacesAndRepeatsAreRead() throws {
        let golden = try GoldenBytes("53 54 # magic\n\n0a0B*2\t00*3 # ff ff")
        #expect(golden.bytes == [0x53, 0x54, 0x0A, 0x0B, 0x0A, 0x0B, 0, 0, 0])
    }

    @Test(arguments: ["00\nzz", "00\n0", "00\n00*x", "00\n*4", "00\n00*-1"])
    func whatIsNoHexPairIsAnErrorAtItsLine(_ text: String) {
        #expect { try GoldenBytes(text) } throws: { ($0 as? ScriptError)?.line == 2 }
    }

    @Test func theFirstDifferingOffsetIsNamed() throws {
        let golden = try GoldenBytes("00*16 01 02 03")
        #expect(golden.difference(from: golden.bytes) == nil)
        var other = golden.bytes
        other[17] = 0x41
        #expect(
            golden.difference(from: other) == """
                bytes differ first at offset 17 (0011): expected 19 bytes, found 19
                expected:
                01 02 03                                        # 0010 ...
                found:
                01 41 03                                        # 0010 .A.
                """)
        #expect(golden.difference(from: [])?.contains("first at offset 0 (0000)") == true)
        #expect(golden.difference(from: golden.bytes + [0])?.contains("first at offset 19 (0013)") == true)
    }

    @Test func aDumpReadsBack() throws {
        let bytes = (0..<100).map { UInt8($0 * 7 & 0xFF) }
        #expect(try GoldenBytes(GoldenBytes.dump(bytes)).bytes == bytes)
    }

    @Test func aDifferenceIsAFailure() throws {
        let golden = try GoldenBytes("01")
        withKnownIssue {
            golden.expect([2])
        } matching: {
            $0.description.contains("offset 0")
        }
    }
}

@Suite struct ScriptTests {
    /// Adds, and answers with its sum; `lines` answers what a file cannot hold as it is.
    static func session() -> (ScriptCommand) throws -> String {
        var sum = 0
        return { command in
            switch command.name {
            case "add":
                sum += try command.number(0) * command.number("times", default: 1)
                return ""
            case "sum": return "\(sum)"
            case "lines": return "first\n\n.third"
            default: throw command.unknown
            }
        }
    }

    static let good = """
        # Sums stay from block to block.
        add 2
        add 3 times=10
        sum
        ----
        32

        # An error is an answer.
        fly
        add x
        add
        lines
        ----
        error: line 9: unknown command "fly"
        error: line 10: add: "x" is no number
        error: line 11: add needs argument 1
        first
        .
        ..third

        # The end.

        """

    @Test func aScriptThatHoldsChangesNothing() throws {
        var script = try Script(Self.good)
        #expect(script.run(Self.session()) == [])
        #expect(script.text == Self.good)
    }

    @Test func aDifferenceNamesItsLineAndIsRewritten() throws {
        var script = try Script(Self.good.replacing("\n32\n", with: "\n33\n"))
        #expect(script.run(Self.session()).map(\.line) == [6])
        #expect(script.text == Self.good)

        var late = try Script(Self.good.replacing("first", with: "last"))
        let mismatches = late.run(Self.session())
        #expect(mismatches.map(\.line) == [17])
        #expect(
            mismatches.first?.diff.split(separator: "\n", omittingEmptySubsequences: false).suffix(4)
                == ["- last", "+ first", "  ", "  .third"])
        #expect(late.text == Self.good)
    }

    @Test func commandsWithoutAnAnswerAreAnError() {
        #expect(throws: ScriptError(line: 2, reason: "commands without ----")) { try Script("# only\nadd 1\n") }
    }

    @Test func theRunnerTakesEveryFileOfAFolder() throws {
        try withTemporaryDirectory("scripts") { directory in
            try directory.write(Array(Self.good.utf8), to: "good.txt")
            try directory.write(Array("sum\n----\n1\n".utf8), to: "bad.txt")
            try directory.write(Array("add 1\n".utf8), to: "unfinished.txt")
            try directory.write(Array("no script".utf8), to: "README.md")
            let caller = directory.file("Caller.swift")
            try withKnownIssue {
                try ScriptRunner.run(".", caller: caller, rewriting: false) { Self.session() }
            } matching: { issue in
                issue.description.contains("bad.txt:3\n- 1\n+ 0") || issue.description.contains("without ----")
            }
            #expect(try directory.read("bad.txt") == Array("sum\n----\n1\n".utf8))

            try FileManager.default.removeItem(atPath: directory.file("unfinished.txt"))
            try ScriptRunner.run(".", caller: caller, rewriting: true) { Self.session() }
            #expect(try directory.read("bad.txt") == Array("sum\n----\n0\n".utf8))
            #expect(try directory.read("good.txt") == Array(Self.good.utf8))
            try ScriptRunner.run(".", caller: caller, rewriting: false) { Self.session() }
        }
    }

    @Test func aFolderWithoutScriptsIsAFailure() throws {
        try withTemporaryDirectory("scripts") { directory in
            try withKnownIssue {
                try ScriptRunner.run(".", caller: directory.file("x.swift"), rewriting: false) { Self.session() }
            } matching: {
                $0.description.contains("no script in")
            }
        }
    }
}

@Suite struct TemporaryDirectoryTests {
    @Test func itIsFreshAndGoesWithItsContents() throws {
        var path = ""
        var other = ""
        do {
            let directory = try TemporaryDirectory("fresh")
            path = directory.path
            #expect(try directory.names() == [])
            try directory.write([1, 2, 3], to: "a")
            #expect(try directory.read("a") == [1, 2, 3])
            #expect(try directory.names() == ["a"])
            let second = try TemporaryDirectory("fresh")
            other = second.path
            #expect(other != path)
            second.remove()
            second.remove()
            #expect(!FileManager.default.fileExists(atPath: other))
            #expect(FileManager.default.fileExists(atPath: directory.path))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aThrowingScopeRemovesIt() {
        struct Stop: Error {}
        var path = ""
        #expect(throws: Stop.self) {
            try withTemporaryDirectory { directory in
                path = directory.path
                throw Stop()
            }
        }
        #expect(!path.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
