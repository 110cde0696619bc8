/// Events for one watcher, or for many that want the same.
struct EventSelection {
    /// An upper bound of a response's own fields: header, ids and flags.
    static let responseBytes = 64

    var events: [Event] = []
    var bytes = responseBytes
}
