/// What `KVStore.check` found.
package struct KVCheck: Hashable, Sendable {
    /// Contradictions, in words; empty in a sound store. No more than `maximumProblems`.
    package var problems: [String] = []
    package var keys = 0
    package var versions = 0
    package var events = 0
    package var leases = 0
    package var attachments = 0

    package static let maximumProblems = 100

    mutating func note(_ problem: String) {
        if problems.count < Self.maximumProblems { problems.append(problem) }
    }
}
