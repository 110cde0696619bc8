/// A value that its dial does not have. Whoever knows the file and line wraps it in an `ExperimentError`.
package struct AxisValueError: Error, Sendable, Equatable {
    /// What would have been understood.
    package var expected: String
    /// The nearest value that exists.
    package var suggestion: String?
}
