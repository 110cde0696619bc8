/// Kinds of connections that `client-output-buffer-limit` tells apart.
package enum ClientClass: Int, CaseIterable, Sendable {
    case normal
    case replica
    case pubSub
}

/// How many bytes of replies may wait for a connection that does not read them.
package struct OutputLimit: Equatable, Sendable {
    /// Closed at once above so many bytes; 0: no limit.
    package var hard: Int
    /// Closed after `softSeconds` above so many; 0: no limit.
    package var soft: Int
    package var softSeconds: Int

    package init(hard: Int, soft: Int, softSeconds: Int) {
        self.hard = hard
        self.soft = soft
        self.softSeconds = softSeconds
    }

    package static let unlimited = OutputLimit(hard: 0, soft: 0, softSeconds: 0)
}
