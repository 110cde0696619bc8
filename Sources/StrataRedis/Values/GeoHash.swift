/// A cell of the earth: bits of longitude and latitude interleaved, latitude in the even ones (G. Morton 1966;
/// geohash, G. Niemeyer 2008). With 26 steps it is a sorted set's score: 52 bits, which a double holds exactly.
package struct GeoHash: Hashable {
    package var bits: UInt64
    /// Halvings of either range, 1 to 26.
    package var steps: Int

    package static let maxSteps = 26
    /// Where the Mercator projection of the web ends (EPSG:3857), so that the map is square.
    package static let maxLatitude = 85.05112878
    package static let maxLongitude = 180.0

    package struct Range: Hashable {
        var min: Double
        var max: Double
        static let longitude = Range(min: -maxLongitude, max: maxLongitude)
        static let latitude = Range(min: -maxLatitude, max: maxLatitude)
    }

    package struct Area {
        package var longitude: Range
        package var latitude: Range
    }

    package init(bits: UInt64, steps: Int) {
        self.bits = bits
        self.steps = steps
    }

    /// The cell of a point within the ranges.
    package init(_ point: GeoPoint, steps: Int, latitudes: Range = .latitude) {
        let cells = Double(UInt64(1) << UInt64(steps))
        let x = (point.longitude - Range.longitude.min) / (Range.longitude.max - Range.longitude.min) * cells
        let y = (point.latitude - latitudes.min) / (latitudes.max - latitudes.min) * cells
        self.init(x: UInt32(clamping: Int64(x)), y: UInt32(clamping: Int64(y)), steps: steps)
    }

    private init(x: UInt32, y: UInt32, steps: Int) {
        bits = Self.spread(y) | Self.spread(x) << 1
        self.steps = steps
    }

    /// Of a score.
    package init(score: Double) {
        // What is no geohash at all (a set filled with ZADD) gives some point, not a trap.
        let limited = min(max(score, 0), 0x1p53)
        self.init(bits: UInt64(limited), steps: Self.maxSteps)
    }

    package var score: Double { Double(bits) }

    /// Bit i moves to bit 2i.
    private static func spread(_ value: UInt32) -> UInt64 {
        var bits = UInt64(value)
        bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
        bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
        bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        bits = (bits | bits << 2) & 0x3333_3333_3333_3333
        return (bits | bits << 1) & 0x5555_5555_5555_5555
    }

    private static func gather(_ value: UInt64) -> UInt32 {
        var bits = value & 0x5555_5555_5555_5555
        bits = (bits | bits >> 1) & 0x3333_3333_3333_3333
        bits = (bits | bits >> 2) & 0x0F0F_0F0F_0F0F_0F0F
        bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF
        bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: bits | bits >> 16)
    }

    package var area: Area {
        let cells = Double(UInt64(1) << UInt64(steps))
        func part(_ index: UInt32, of range: Range) -> Range {
            let width = range.max - range.min
            return Range(
                min: range.min + (Double(index) / cells) * width, max: range.min + (Double(index) + 1) / cells * width)
        }
        return Area(
            longitude: part(Self.gather(bits >> 1), of: .longitude), latitude: part(Self.gather(bits), of: .latitude))
    }

    /// The middle of the cell.
    package var center: GeoPoint {
        let area = area
        let longitude = (area.longitude.min + area.longitude.max) / 2
        let latitude = (area.latitude.min + area.latitude.max) / 2
        return GeoPoint(
            longitude: min(max(longitude, -Self.maxLongitude), Self.maxLongitude),
            latitude: min(max(latitude, -Self.maxLatitude), Self.maxLatitude))
    }

    /// The cell that many to the east and to the north, around the earth at the borders.
    func neighbour(east: Int32, north: Int32) -> GeoHash {
        let mask = UInt32(truncatingIfNeeded: UInt64(1) << UInt64(steps) - 1)
        let x = (Self.gather(bits >> 1) &+ UInt32(bitPattern: east)) & mask
        let y = (Self.gather(bits) &+ UInt32(bitPattern: north)) & mask
        return GeoHash(x: x, y: y, steps: steps)
    }

    /// Scores of all points in the cell: from the first up to, not including, the second.
    package var scores: (from: Double, to: Double) {
        let shift = UInt64(2 * (Self.maxSteps - steps))
        return (Double(bits << shift), Double((bits + 1) << shift))
    }

    /// The 11 letters of the common geohash (geohash.org), whose latitudes reach from -90 to 90. 52 bits give ten of
    /// them; the last is always 0.
    package static func text(of point: GeoPoint) -> String {
        let hash = GeoHash(point, steps: maxSteps, latitudes: Range(min: -90, max: 90))
        let alphabet = Array("0123456789bcdefghjkmnpqrstuvwxyz".utf8)
        var letters: [UInt8] = []
        for index in 1...10 { letters.append(alphabet[Int(hash.bits >> UInt64(52 - 5 * index) & 31)]) }
        letters.append(alphabet[0])
        return String(decoding: letters, as: UTF8.self)
    }
}
