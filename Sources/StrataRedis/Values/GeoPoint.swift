import Glibc

/// A place on the earth in degrees (WGS 84).
package struct GeoPoint: Hashable, Sendable {
    package var longitude: Double
    package var latitude: Double

    package init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }

    /// Metres: the quadratic mean of the earth's radii.
    static let earthRadius = 6372797.560856

    static func radians(_ degrees: Double) -> Double { degrees * (Double.pi / 180) }
    static func degrees(_ radians: Double) -> Double { radians / (Double.pi / 180) }

    /// Metres between two latitudes.
    static func latitudeDistance(_ a: Double, _ b: Double) -> Double { earthRadius * abs(radians(b) - radians(a)) }

    /// Metres along the great circle (haversine formula).
    package func distance(to other: GeoPoint) -> Double {
        let v = sin((Self.radians(other.longitude) - Self.radians(longitude)) / 2)
        if v == 0 { return Self.latitudeDistance(latitude, other.latitude) }
        let here = Self.radians(latitude)
        let there = Self.radians(other.latitude)
        let u = sin((there - here) / 2)
        return 2 * Self.earthRadius * asin((u * u + cos(here) * cos(there) * v * v).squareRoot())
    }
}
