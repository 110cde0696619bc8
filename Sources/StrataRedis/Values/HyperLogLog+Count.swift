import Glibc
import StrataRESP

extension HyperLogLog {
    /// The estimate of O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (arXiv:1702.01284),
    /// from how often each register value occurs.
    static func estimate(_ histogram: [Int]) -> UInt64 {
        let m = Double(registerCount)
        var z = m * tau((m - Double(histogram[tailBits + 1])) / m)
        for value in stride(from: tailBits, through: 1, by: -1) {
            z += Double(histogram[value])
            z *= 0.5
        }
        z += m * sigma(Double(histogram[0]) / m)
        // 1 / (2 ln 2)
        let alpha = 0.721347520444481703680
        return UInt64((alpha * m * m / z).rounded(.toNearestOrAwayFromZero))
    }

    private static func sigma(_ x: Double) -> Double {
        if x == 1 { return .infinity }
        var x = x
        var y = 1.0
        var z = x
        while true {
            x *= x
            let last = z
            z += x * y
            y += y
            if last == z { return z }
        }
    }

    private static func tau(_ x: Double) -> Double {
        if x == 0 || x == 1 { return 0 }
        var x = x
        var y = 1.0
        var z = 1 - x
        while true {
            x = x.squareRoot()
            let last = z
            y *= 0.5
            z -= (1 - x) * (1 - x) * y
            if last == z { return z / 3 }
        }
    }

    /// How many different elements were added, about.
    package static func count(_ string: Bytes) throws(Corrupt) -> UInt64 {
        var histogram = [Int](repeating: 0, count: 64)
        try forEachRun(string) { _, length, value in histogram[Int(value)] += length }
        return estimate(histogram)
    }

    /// The same of merged registers, one a byte.
    package static func count(registers: [UInt8]) -> UInt64 {
        var histogram = [Int](repeating: 0, count: 64)
        for value in registers { histogram[Int(value & 63)] += 1 }
        return estimate(histogram)
    }
}
