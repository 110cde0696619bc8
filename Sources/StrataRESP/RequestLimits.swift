/// The largest requests that are taken. Nothing is allocated because a length was announced: memory grows with the
/// bytes that came.
package struct RequestLimits: Sendable {
    /// `proto-max-bulk-len`: bytes of one argument.
    package var bulk = 512 << 20
    /// Arguments of one request, as Redis 7.0: 2^31 - 1.
    package var multibulk = Int(Int32.max)
    /// A connection that still has to authenticate: ten arguments of 16 KiB (Redis 7.0, CVE-2021-32675).
    package var isAuthenticated = true

    /// An inline request, or a count that never ends.
    static let line = 64 << 10
    static let unauthenticatedMultibulk = 10
    static let unauthenticatedBulk = 16 << 10

    package init() {}
}
