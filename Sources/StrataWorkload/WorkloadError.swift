/// Text or a number from outside that says no workload: what was given, and what would do.
package struct WorkloadError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the value is for: "key distribution".
    package var field: String
    package var found: String
    /// What is allowed, in words that fit after "expected".
    package var expected: String

    package init(field: String, found: String, expected: String) {
        self.field = field
        self.found = found
        self.expected = expected
    }

    package var description: String { "\(field) \"\(found)\": expected \(expected)" }
}
