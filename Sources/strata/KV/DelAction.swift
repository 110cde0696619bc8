import ArgumentParser
import StrataEngine
import StrataKV

/// `del KEY [RANGE_END]`.
struct DelAction: KVAction {
    static let configuration = CommandConfiguration(
        commandName: "del", abstract: "Delete a key, or the keys of a range; shows how many there were.")

    @OptionGroup var keys: KeySelection
    @Flag(name: .customLong("prev-kv"), help: "Show what was deleted.") var showsPrevious = false
    @OptionGroup var style: AnswerStyle

    func run(in session: KVSession) throws {
        style.printer(session).deleted(try session.engine().deleteRange(request))
    }

    var request: DeleteRangeRequest {
        let (key, rangeEnd) = keys.request
        return DeleteRangeRequest(key: key, rangeEnd: rangeEnd, prevKV: showsPrevious)
    }
}
