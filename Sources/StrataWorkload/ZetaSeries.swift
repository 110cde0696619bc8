import Glibc

/// The sum of i to the power of -theta for i in 1...n, 0 < theta < 1, in constant time for any n.
///
/// The first terms are added; the rest is Euler and Maclaurin's formula up to the third derivative (NIST Digital Library of
/// Mathematical Functions, 2.10.1), whose next term is below 1e-13 from `head` on.
package struct ZetaSeries: Sendable {
    private static let head: UInt64 = 64

    package let theta: Double
    /// The sum up to `head` less the formula's value there.
    private let constant: Double

    package init(theta: Double) {
        self.theta = theta
        constant = Self.directSum(Self.head, theta) - Self.tail(Double(Self.head), theta)
    }

    package func sum(_ count: UInt64) -> Double {
        count <= Self.head ? Self.directSum(count, theta) : constant + Self.tail(Double(count), theta)
    }

    private static func directSum(_ count: UInt64, _ theta: Double) -> Double {
        var sum = 0.0
        for index in stride(from: count, to: 0, by: -1) { sum += pow(Double(index), -theta) }
        return sum
    }

    private static func tail(_ n: Double, _ theta: Double) -> Double {
        let power = pow(n, -theta)
        return power * n / (1 - theta) + power / 2 - theta * power / (12 * n)
            + theta * (theta + 1) * (theta + 2) * power / (720 * n * n * n)
    }
}
