import StrataDisk

/// Sectors that a power cut left out.
extension AOFReader {
    /// Whether `place`, where a command should begin, or what is behind it, has a hole: zeros up to the end of their sector or of the file. A log that
    /// was merely damaged has none.
    func hasHole(from place: UInt64) throws(StorageError) -> Bool {
        let sector = UInt64(AOFFormat.sectorSize)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * AOFFormat.sectorSize, alignment: 8)
        defer { bytes.deallocate() }
        var at = place
        while at < size {
            // Up to the end of a sector first, then many at once.
            let room = at.isMultiple(of: sector) ? bytes.count : Int(sector - at % sector)
            let wanted = Int(min(UInt64(room), size - at))
            var part = UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]).mutableBytes
            let got = try file.read(into: &part, at: at)
            guard got > 0 else { return false }
            for start in stride(from: 0, to: got, by: AOFFormat.sectorSize) {
                let end = min(start + AOFFormat.sectorSize, got)
                if bytes[start..<end].allSatisfy({ $0 == 0 }) { return true }
            }
            at += UInt64(got)
        }
        return false
    }
}
