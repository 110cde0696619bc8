import ArgumentParser
import StrataDisk
import StrataKV
import StrataLab

/// What a command cannot do, in words, with the tool's exit status.
struct ToolFailure: Error {
    let message: String
    let status: Int32

    init(_ message: String, status: Int32 = ExitStatus.usage) {
        self.message = message
        self.status = status
    }

    /// `path`: the store's directory.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as ToolFailure: self = error
        case let error as KVError: self.init("\(error)", status: ExitStatus.failure)
        case let error as StorageError:
            switch error.kind {
            case .locked:
                self.init("\(path): the store is in use; end the process that has it open")
            case .invalid, .missing, .unsupported, .newerVersion: self.init("\(error)")
            case .io, .corrupt, .poisoned, .powerLost, .closed: self.init("\(error)", status: ExitStatus.failure)
            }
        case let error as ExitCode: self.init("", status: error.rawValue)
        default: self.init(KVWords.message(for: error))
        }
    }

    static let interrupted = ToolFailure("", status: ExitStatus.interrupted)
}
