/// What a library that is measured answered in place of doing what it was asked.
package struct PeerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// "RocksDB"
    package var library: String
    /// What was being done: "put".
    package var operation: String
    /// In the library's own words.
    package var message: String

    package init(library: String, operation: String, message: String) {
        self.library = library
        self.operation = operation
        self.message = message
    }

    package var description: String { "\(library), \(operation): \(message)" }

    static func closed(_ library: String) -> PeerError {
        PeerError(library: library, operation: "use", message: "not running")
    }
}
