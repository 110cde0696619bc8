/// Where the keys of a command stand among its arguments, the command's own name being 0.
package enum CommandKeys: Sendable {
    case none
    /// From `first` to `last`, counted from the end where negative, every `step`th.
    case range(first: Int, last: Int, step: Int)
    /// A number of keys stands at `count`, and they follow it; `also` is a key before it, 0 for none.
    case counted(at: Int, also: Int)
    /// Behind a word, in the first half of what follows it: XREAD.
    case afterWord(StaticString)
    /// A range of keys, and a key behind either of two words: SORT, GEORADIUS.
    case stored(first: Int, words: [StaticString])

    /// first, last and step as `COMMAND` shows them.
    package var shown: (first: Int, last: Int, step: Int) {
        switch self {
        case .none, .afterWord: (0, 0, 0)
        case .range(let first, let last, let step): (first, last, step)
        case .counted(_, let also): also == 0 ? (0, 0, 0) : (also, also, 1)
        case .stored(let first, _): (first, first, 1)
        }
    }

    package var isMovable: Bool {
        switch self {
        case .none, .range: false
        default: true
        }
    }
}
