import ArgumentParser
import StrataLab

/// The part of a recovery measurement that is killed: started by the tool itself, not by people.
struct TailWriterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: ChildProgram.tailWriter,
        abstract: "Write to a loaded store until killed, as the recovery measure asks.", shouldDisplay: false)

    @Argument(help: "The file that says what to write.")
    var order: String

    func run() throws {
        throw ExitCode(TailWriter.run(order: order, factory: BuiltInSystems.factory))
    }
}
