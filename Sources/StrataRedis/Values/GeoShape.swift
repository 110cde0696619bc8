import Glibc

/// What is searched around a point: a circle or a box along the meridians.
package struct GeoShape {
    package enum Form {
        case circle(radius: Double)
        case box(width: Double, height: Double)
    }
    package var center: GeoPoint
    /// In units of `metresPerUnit`.
    package var form: Form
    package var metresPerUnit: Double

    package init(center: GeoPoint, form: Form, metresPerUnit: Double) {
        self.center = center
        self.form = form
        self.metresPerUnit = metresPerUnit
    }

    /// Metres from the centre, if the point lies within.
    package func distance(ifWithin point: GeoPoint) -> Double? {
        switch form {
        case .circle(let radius):
            let distance = center.distance(to: point)
            return distance > radius * metresPerUnit ? nil : distance
        case .box(let width, let height):
            if GeoPoint.latitudeDistance(point.latitude, center.latitude) > height * metresPerUnit / 2 { return nil }
            let beside = GeoPoint(longitude: center.longitude, latitude: point.latitude)
            if point.distance(to: beside) > width * metresPerUnit / 2 { return nil }
            return center.distance(to: point)
        }
    }

    /// West, south, east and north of what it covers, in degrees.
    private var bounds: (west: Double, south: Double, east: Double, north: Double) {
        let (halfWidth, halfHeight) =
            switch form {
            case .circle(let radius): (metresPerUnit * radius, metresPerUnit * radius)
            case .box(let width, let height): (metresPerUnit * (width / 2), metresPerUnit * (height / 2))
            }
        let deltaLatitude = GeoPoint.degrees(halfHeight / GeoPoint.earthRadius)
        // The side that is nearer to a pole spans more degrees.
        let widest = center.latitude < 0 ? center.latitude - deltaLatitude : center.latitude + deltaLatitude
        let deltaLongitude = GeoPoint.degrees(halfWidth / GeoPoint.earthRadius / cos(GeoPoint.radians(widest)))
        return (
            center.longitude - deltaLongitude, center.latitude - deltaLatitude, center.longitude + deltaLongitude,
            center.latitude + deltaLatitude
        )
    }

    /// Steps at which a cell and its neighbours cover the radius.
    private static func steps(radius: Double, latitude: Double) -> Int {
        if radius == 0 { return GeoHash.maxSteps }
        // Half of the map's side in metres (EPSG:3857).
        let mercatorMax = 20_037_726.37
        var radius = radius
        var steps = 1
        while radius < mercatorMax {
            radius *= 2
            steps += 1
        }
        steps -= 2
        // Cells are narrower towards the poles.
        if abs(latitude) > 66 { steps -= 1 }
        if abs(latitude) > 80 { steps -= 1 }
        return min(max(steps, 1), GeoHash.maxSteps)
    }

    /// Up to nine cells that cover the shape, in the order in which Redis looks through them: the results' order
    /// without ASC or DESC.
    package var cells: [GeoHash] {
        let bounds = bounds
        let radius =
            switch form {
            case .circle(let radius): radius * metresPerUnit
            case .box(let width, let height):
                (width / 2 * (width / 2) + height / 2 * (height / 2)).squareRoot() * metresPerUnit
            }
        var steps = Self.steps(radius: radius, latitude: center.latitude)
        var hash = GeoHash(center, steps: steps)
        if steps > 1 {
            let isShort =
                hash.neighbour(east: 0, north: 1).area.latitude.max < bounds.north
                || hash.neighbour(east: 0, north: -1).area.latitude.min > bounds.south
                || hash.neighbour(east: 1, north: 0).area.longitude.max < bounds.east
                || hash.neighbour(east: -1, north: 0).area.longitude.min > bounds.west
            if isShort {
                steps -= 1
                hash = GeoHash(center, steps: steps)
            }
        }
        let area = hash.area
        let isWide = steps >= 2
        let skipsSouth = isWide && area.latitude.min < bounds.south
        let skipsNorth = isWide && area.latitude.max > bounds.north
        let skipsWest = isWide && area.longitude.min < bounds.west
        let skipsEast = isWide && area.longitude.max > bounds.east
        let order: [(Int32, Int32)] = [
            (0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1),
        ]
        var cells: [GeoHash] = []
        for (east, north) in order {
            if north < 0 && skipsSouth || north > 0 && skipsNorth { continue }
            if east < 0 && skipsWest || east > 0 && skipsEast { continue }
            let cell = hash.neighbour(east: east, north: north)
            // Where a cell is as large as the map, its neighbours are the same again.
            if cells.last != cell { cells.append(cell) }
        }
        return cells
    }
}
