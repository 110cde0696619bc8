import StrataDisk
import StrataRedis
import Testing

@Suite struct GeoHashTests {
    // Of redis-server 7.0.15.
    @Test func scoresTextsAndDistancesAreThoseOfRedis() {
        let places: [(GeoPoint, Double, String, Double)] = [
            (GeoPoint(longitude: 13.361389, latitude: 38.115556), 3479099956230698, "sqc8b49rny0", 0),
            (GeoPoint(longitude: -74.0059413, latitude: 40.7127837), 1791873974571312, "dr5regw90s0", 7177674.7796),
            (GeoPoint(longitude: 151.2092955, latitude: -33.8688197), 3252046221958827, "r3gx2f75zf0", 16230616.6481),
            (GeoPoint(longitude: 0, latitude: 0), 3377699720527872, "s0000000000", 4454733.0204),
            (GeoPoint(longitude: 179.9999, latitude: -84.9), 3002401165081783, "pbzvpbrvts0", 14800539.0318),
        ]
        let palermo = GeoHash(score: places[0].1).center
        for (point, score, text, distance) in places {
            let hash = GeoHash(point, steps: GeoHash.maxSteps)
            #expect(hash.score == score)
            #expect(GeoHash.text(of: hash.center) == text)
            #expect(abs(palermo.distance(to: hash.center) - distance) < 0.0001)
        }
        #expect(palermo.longitude == 13.36138933897018433 && palermo.latitude == 38.11555639549629859)
    }

    /// Every point that lies within a shape lies in one of its cells, and no cell comes twice.
    @Test(arguments: [21, 22, 23] as [UInt64])
    func cellsCoverTheShape(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for round in 0..<300 {
            let center = GeoPoint(longitude: random.unit() * 340 - 170, latitude: random.unit() * 140 - 70)
            let size = 10 + random.unit() * random.unit() * 500_000
            let form: GeoShape.Form =
                random.chance(0.5) ? .circle(radius: size) : .box(width: size, height: size * (0.2 + random.unit()))
            let shape = GeoShape(center: center, form: form, metresPerUnit: 1)
            let ranges = shape.cells.map(\.scores)
            #expect(Set(ranges.map(\.from)).count == ranges.count)
            for _ in 0..<40 {
                let spread = size / 60_000
                let point = GeoPoint(
                    longitude: min(max(center.longitude + (random.unit() - 0.5) * spread, -180), 180),
                    latitude: min(max(center.latitude + (random.unit() - 0.5) * spread, -85), 85))
                let hash = GeoHash(point, steps: GeoHash.maxSteps)
                guard shape.distance(ifWithin: hash.center) != nil else { continue }
                #expect(
                    ranges.contains { $0.from <= hash.score && hash.score < $0.to },
                    "seed \(seed) round \(round): \(point) in \(shape)")
            }
        }
    }
}
