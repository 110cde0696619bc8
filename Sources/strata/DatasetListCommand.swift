import ArgumentParser
import StrataWorkload

/// `strata dataset list`.
struct DatasetListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the datasets and which of them can be used here.",
        discussion: """
            Exit status: 0 done.

            Example:
              strata dataset list
            """)

    func run() {
        var table = TextTable([("dataset", .left), ("state", .left), ("licence", .left), ("what it is", .left)])
        var notes: [String] = []
        for dataset in Dataset.all {
            let state: String
            switch dataset.status() {
            case .builtIn: state = "ready"
            case .built(_, let sidecar): state = "ready, built \(sidecar.builtAt.prefix(10))"
            case .buildable: state = "to be built"
            case .notBuildable(let missing, let remedy):
                state = "not here"
                notes.append("\(dataset.name): \(missing) is missing; \(remedy)")
            case .damaged(let error):
                state = "damaged"
                notes.append("\(dataset.name): \(error)")
            }
            // The first clause: the whole text is with `info`.
            let licence = dataset.licence.prefix { $0 != ";" && $0 != ":" }
            table.add([dataset.name, state, String(licence), dataset.summary])
        }
        print(table.text, terminator: "")
        if !notes.isEmpty { print() }
        for note in notes { print(note) }
    }
}
