import Foundation
import StrataDisk
import StrataTesting
import StrataWorkload
import Testing

@Suite struct DatasetTests {
    /// Places of which nothing exists but what a test puts there.
    private func places(_ directory: TemporaryDirectory) -> DatasetPlaces {
        var places = DatasetPlaces(
            environment: ["STRATA_DATASETS": directory.file("cache")], currentDirectory: directory.file("here"),
            executableDirectory: directory.file("there"))
        places.aptHelper = directory.file("apt-helper")
        places.packageLists = directory.file("lists")
        places.wordLists = directory.file("dict")
        places.isoCodes = directory.file("iso")
        return places
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func records(_ corpus: Corpus) -> [String] {
        (0..<corpus.count).map { String(decoding: corpus[$0], as: UTF8.self) }
    }

    /// apt-helper's `cat-file` for lists that are not compressed.
    private func writeHelper(_ path: String, script: String = "#!/bin/sh\nexec cat \"$2\"\n") throws {
        try write(script, to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    @Test func everyDatasetHasItsPapersAndAnUnknownNameListsThem() {
        for dataset in Dataset.all {
            #expect(!dataset.licence.isEmpty && !dataset.source.isEmpty && !dataset.summary.isEmpty)
        }
        #expect(Set(Dataset.all.map(\.name)).count == Dataset.all.count)
        let error = #expect(throws: WorkloadError.self) { try Dataset.named("flights") }
        for dataset in Dataset.all { #expect(error?.description.contains(dataset.name) == true) }
    }

    // MARK: Committed data

    @Test func committedDataIsFoundUpwardsAndByStrataHome() throws {
        let directory = try TemporaryDirectory("datasets")
        var places = places(directory)
        let missing = #expect(throws: StorageError.self) { try places.committed(file: "nycflights13.csv") }
        if case .missing = missing?.kind {} else { #expect(Bool(false), "\(String(describing: missing))") }
        #expect(missing?.remedy.contains("STRATA_HOME") == true)

        try write("a,b\n1,NA\n", to: directory.file("project/datasets/nycflights13.csv"))
        places.executableDirectory = directory.file("project/.build/release")
        #expect(
            try places.committed(file: "nycflights13.csv") == directory.file("project/datasets/nycflights13.csv"))
        places.executableDirectory = directory.file("there")
        places.currentDirectory = directory.file("project/Sources/deep")
        #expect(records(try Dataset.load("nycflights13", from: places)) == ["1,NA"])
        #expect(records(try Dataset.load("nycflights13-json", from: places)) == [#"{"a":1,"b":null}"#])

        places.environment["STRATA_HOME"] = directory.file("elsewhere")
        let wrong = #expect(throws: StorageError.self) { try places.committed(file: "nycflights13.csv") }
        #expect(wrong?.file.hasPrefix(directory.file("elsewhere")) == true)
        guard case .notBuildable = try Dataset.named("nycflights13").status(in: places) else {
            return #expect(Bool(false), "a dataset that is not found has a status that says so")
        }
        places.environment["STRATA_HOME"] = directory.file("project")
        places.currentDirectory = directory.file("here")
        #expect(try Dataset.load("nycflights13", from: places).count == 1)
        #expect(throws: StorageError.self) { try Dataset.named("nycflights13").build(in: places) }
    }

    @Test func theCommittedFlightsAreTheFileThatTheReadmeDescribes() throws {
        guard let path = try? DatasetPlaces.system.committed(file: "nycflights13.csv") else {
            return skip("datasets/nycflights13.csv is not above the current directory; set STRATA_HOME")
        }
        let rows = try Dataset.load("nycflights13")
        #expect(rows.count == 19_811)
        let readme = try String(
            contentsOf: URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("README.md"),
            encoding: .utf8)
        #expect(readme.contains("\(rows.text.count) bytes"))
        #expect(readme.contains("crc32c \(String(rows.crc32c, radix: 16))"))

        let documents = try Dataset.load("nycflights13-json")
        #expect(documents.count == rows.count)
        for index in [0, 1000, 19_810] {
            let document = try #require(
                JSONSerialization.jsonObject(with: Data(documents[index])) as? [String: Any])
            let fields = String(decoding: rows[index], as: UTF8.self).split(separator: ",")
            #expect(document.count == 19)
            #expect(document["year"] as? Int == 2013)
            #expect(document["time_hour"] as? String == fields.last.map(String.init))
            #expect(document["flight"] as? Int == Int(fields[10]))
        }
    }

    // MARK: Built data

    @Test func theCacheDirectoryFollowsItsVariablesInOrder() {
        var places = DatasetPlaces(environment: [:], currentDirectory: "/", executableDirectory: "/")
        places.environment = ["HOME": "/h", "XDG_CACHE_HOME": "", "STRATA_DATASETS": ""]
        #expect(places.cacheDirectory == "/h/.cache/strata/datasets")
        places.environment["XDG_CACHE_HOME"] = "/x"
        #expect(places.cacheDirectory == "/x/strata/datasets")
        places.environment["STRATA_DATASETS"] = "/d"
        #expect(places.cacheDirectory == "/d")
    }

    @Test(arguments: [("debian-packages", "apt"), ("words", "wamerican"), ("iso-codes-json", "iso-codes")])
    func withoutItsSourceADatasetSaysWhatToInstall(_ name: String, _ remedy: String) throws {
        let directory = try TemporaryDirectory("datasets")
        let places = places(directory)
        let dataset = try Dataset.named(name)
        guard case .notBuildable(_, let advice) = dataset.status(in: places) else {
            return #expect(Bool(false), "\(dataset.status(in: places))")
        }
        #expect(advice.contains(remedy))
        for attempt in [{ _ = try dataset.build(in: places) }, { _ = try dataset.load(from: places) }] {
            let error = #expect(throws: StorageError.self) { try attempt() }
            #expect(error?.kind == .missing)
            #expect(error?.remedy.contains(remedy) == true, "\(error?.description ?? "")")
        }
        #expect(try directory.names().isEmpty, "a failed build left something")
    }

    @Test func wordsAreBuiltDescribedLoadedAndRebuilt() throws {
        let directory = try TemporaryDirectory("datasets")
        let places = places(directory)
        let words = try Dataset.named("words")
        try write("colour\n", to: directory.file("dict/british-english"))
        try write("Not a list", to: directory.file("dict/README.select-wordlist"))
        try write("color\nété\n", to: directory.file("dict/american-english"))
        #expect(words.status(in: places) == .buildable)
        let before = #expect(throws: StorageError.self) { try words.load(from: places) }
        #expect(before?.remedy.contains("strata dataset build words") == true)

        var told: [DatasetProgress] = []
        let sidecar = try words.build(in: places) { told.append($0) }
        #expect(told.map(\.input) == [directory.file("dict/american-english")])
        #expect(told.map(\.inputsDone) == [0] && told.map(\.inputs) == [1])
        #expect(sidecar.records == 2 && sidecar.bytes == 12 && !sidecar.isCutShort)
        #expect(sidecar.licence == words.licence)
        let corpus = try words.load(from: places)
        #expect(records(corpus) == ["color", "été"])
        #expect(corpus.crc32c == sidecar.crc32c)
        #expect(try directory.names() == ["cache", "dict"])
        #expect(words.status(in: places) == .built(path: directory.file("cache/words.txt"), sidecar: sidecar))

        try write("color\nÉtÉ\n", to: directory.file("cache/words.txt"))  // as long as before
        let changed = #expect(throws: StorageError.self) { try words.load(from: places) }
        #expect(changed?.remedy.contains("build it again") == true)
        try write("{\"name\": 1}", to: directory.file("cache/words.json"))
        let unreadable = #expect(throws: StorageError.self) { try words.load(from: places) }
        #expect(unreadable?.file == directory.file("cache/words.json"))
        guard case .damaged = words.status(in: places) else { return #expect(Bool(false), "not seen as damaged") }
        try words.build(in: places)
        #expect(try words.load(from: places).count == 2)
    }

    @Test func packageListsAreJoinedStanzaByStanza() throws {
        let directory = try TemporaryDirectory("datasets")
        let places = places(directory)
        let packages = try Dataset.named("debian-packages")
        try writeHelper(places.aptHelper)
        try write("Package: b\nSize: 2", to: directory.file("lists/x_main_binary-amd64_Packages.lz4"))
        try write("Package: a\nSize: 1\n\nPackage: c\n\n", to: directory.file("lists/a_main_binary-amd64_Packages"))
        try write("Origin: Debian\n", to: directory.file("lists/a_InRelease"))
        try write("", to: directory.file("lists/b_Packages.diff_Index"))
        let sidecar = try packages.build(in: places)
        #expect(sidecar.inputs.count == 2)
        #expect(
            records(try packages.load(from: places)) == ["Package: a\nSize: 1", "Package: c", "Package: b\nSize: 2"])

        try write("Package: a\n\nSize: 1\n", to: directory.file("lists/a_main_binary-amd64_Packages"))
        let malformed = #expect(throws: StorageError.self) { try packages.build(in: places) }
        #expect(malformed?.file == directory.file("lists/a_main_binary-amd64_Packages"))
        #expect(malformed?.offset == 12)
        #expect(try packages.load(from: places).count == 3, "a failed build took the older dataset away")

        try writeHelper(places.aptHelper, script: "#!/bin/sh\necho 'Package: half'\nexit 3\n")
        let failed = #expect(throws: StorageError.self) { try packages.build(in: places) }
        #expect(failed?.description.contains("status 3") == true)
    }

    @Test func recordsBeyondTheLimitAreLeftOutWhole() throws {
        let directory = try TemporaryDirectory("datasets")
        try write("aaaa\nbbbb\ncccc\n", to: directory.file("list"))
        var builder = DatasetBuilder(source: .wordLists, format: .lines, places: places(directory))
        builder.limit = 14
        try builder.add(directory.file("list"))
        #expect(builder.isCutShort)
        #expect(String(decoding: builder.text, as: UTF8.self) == "aaaa\nbbbb\n")
    }

    @Test func isoCodesBecomeOneDocumentALine() throws {
        let directory = try TemporaryDirectory("datasets")
        let places = places(directory)
        let codes = try Dataset.named("iso-codes-json")
        try write(#"{"b":[{"z":"1","a":"é/x"}],"a":[{"k":"v"}]}"#, to: directory.file("iso/iso_2.json"))
        try write(#"{"$schema":1}"#, to: directory.file("iso/schema-2.json"))
        try codes.build(in: places)
        #expect(records(try codes.load(from: places)) == [#"{"k":"v"}"#, #"{"a":"é/x","z":"1"}"#])
        for text in ["[1]", "{\"a\": [1]}", "{\"a\""] {
            try write(text, to: directory.file("iso/iso_1.json"))
            let error = #expect(throws: StorageError.self) { try codes.build(in: places) }
            #expect(error?.file == directory.file("iso/iso_1.json"))
        }
    }

    // MARK: This machine's own files

    @Test(arguments: Dataset.all.filter { if case .debian = $0.origin { true } else { false } })
    func whatThisSystemHasIsBuiltAndLoaded(_ dataset: Dataset) throws {
        let directory = try TemporaryDirectory("datasets")
        var places = DatasetPlaces.system
        places.environment["STRATA_DATASETS"] = directory.path
        if case .notBuildable(let missing, let remedy) = dataset.status(in: places) {
            return skip("\(dataset.name): \(missing) is missing; \(remedy)")
        }
        let sidecar = try dataset.build(in: places)
        let corpus = try dataset.load(from: places)
        #expect(corpus.count == sidecar.records && corpus.count > 1000)
        #expect(try ValuePool(source: .corpus(dataset.name), size: 0, seed: 1) { _ in corpus }.count > 1000)
    }
}
