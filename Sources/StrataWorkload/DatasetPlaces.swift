import Foundation
import StrataDisk

/// Where datasets are looked for and built, so that a test can point elsewhere.
package struct DatasetPlaces: Sendable {
    /// The variables STRATA_HOME, STRATA_DATASETS, XDG_CACHE_HOME and HOME are read.
    package var environment: [String: String]
    package var currentDirectory: String
    package var executableDirectory: String
    package var aptHelper = "/usr/lib/apt/apt-helper"
    package var packageLists = "/var/lib/apt/lists"
    package var wordLists = "/usr/share/dict"
    package var isoCodes = "/usr/share/iso-codes/json"

    package init(environment: [String: String], currentDirectory: String, executableDirectory: String) {
        self.environment = environment
        self.currentDirectory = currentDirectory
        self.executableDirectory = executableDirectory
    }

    /// This process's own.
    package static var system: DatasetPlaces {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
        return DatasetPlaces(
            environment: ProcessInfo.processInfo.environment,
            currentDirectory: FileManager.default.currentDirectoryPath,
            executableDirectory: URL(fileURLWithPath: executable).deletingLastPathComponent().path)
    }

    /// Where datasets are built: $STRATA_DATASETS, else strata/datasets in $XDG_CACHE_HOME or ~/.cache.
    package var cacheDirectory: String {
        if let path = variable("STRATA_DATASETS") { return path }
        if let path = variable("XDG_CACHE_HOME") { return path + "/strata/datasets" }
        return (variable("HOME") ?? NSHomeDirectory()) + "/.cache/strata/datasets"
    }

    /// The path of a committed dataset: in datasets/ of $STRATA_HOME where that is set, else of the first folder that has it
    /// on the way up from the current directory, then from the executable's.
    package func committed(file: String) throws(StorageError) -> String {
        func found(in directory: String) -> String? {
            let path = directory + "/datasets/" + file
            return FileManager.default.fileExists(atPath: path) ? path : nil
        }
        if let home = variable("STRATA_HOME") {
            if let path = found(in: home) { return path }
            throw StorageError(
                kind: .missing, file: "\(home)/datasets/\(file)",
                remedy: "set STRATA_HOME to the project's folder, or unset it and run within that folder")
        }
        for start in [currentDirectory, executableDirectory] {
            var directory = URL(fileURLWithPath: start).standardizedFileURL
            while true {
                if let path = found(in: directory.path == "/" ? "" : directory.path) { return path }
                let parent = directory.deletingLastPathComponent().standardizedFileURL
                if parent.path == directory.path || directory.path == "/" { break }
                directory = parent
            }
        }
        throw StorageError(
            kind: .missing, file: "datasets/\(file)",
            remedy: "run within the project's folder, or set STRATA_HOME to it "
                + "(looked upwards from \(currentDirectory) and \(executableDirectory))")
    }

    private func variable(_ name: String) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }
}
