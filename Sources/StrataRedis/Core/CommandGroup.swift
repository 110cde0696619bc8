/// Groups of `COMMAND DOCS`.
package enum CommandGroup: String, Sendable {
    case bitmap, connection, generic, geo, hash, hyperloglog, list, pubsub, scripting, server, set
    case sortedSet = "sorted-set"
    case stream, string, transactions
}
