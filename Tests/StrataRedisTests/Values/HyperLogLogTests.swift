import StrataRESP
import StrataRedis
import StrataTesting
import Testing

@Suite struct HyperLogLogTests {
    private func add(_ range: Range<Int>, to log: inout HyperLogLog, sparseMaxBytes: Int = 3000) throws {
        for index in range {
            let (register, value) = Array("element-\(index)".utf8).withLent { HyperLogLog.place(of: $0) }
            _ = try log.raise(register, to: value, sparseMaxBytes: sparseMaxBytes)
        }
    }

    private func fnv(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    @Test func sparseBytesAreThoseOfRedis() throws {
        var log = HyperLogLog()
        try add(0..<3, to: &log)
        try GoldenBytes("48 59 4c 4c 01 00 00 00 00*7 80 50 40 80 47 71 88 57 2f 84 51 19").expect(log.bytes)
    }

    /// Counts, sizes and FNV-1a hashes of the registers of redis-server 7.0.15 after PFADD of the same elements.
    @Test func countsAndBytesAreThoseOfRedis() throws {
        let marks: [(elements: Int, count: UInt64, size: Int, hash: UInt64)] = [
            (10, 10, 48, 0x7807_a99f_f003_0797), (100, 100, 287, 0x2a2b_fe4f_bfbc_6617),
            (500, 492, 1022, 0xae8c_4404_cf54_e23c), (600, 591, 1189, 0x6884_1b7f_4548_9ef9),
            (1000, 994, 1870, 0x6359_47a2_7355_1265), (1500, 1495, 2685, 0x2113_6be6_d198_cae7),
            (1600, 1599, 2847, 0xc95c_3b11_4635_4da4), (1700, 1697, 2995, 0x5c75_34fd_eefb_420e),
            (2000, 2002, 12304, 0xdfc5_98e1_55dd_75f4), (5000, 4972, 12304, 0xe455_5cd9_c5d3_1d73),
            (10_000, 10_016, 12304, 0x5ed9_d446_139d_f1e1), (50_000, 50_057, 12304, 0xeb08_da15_3556_042b),
            (100_000, 100_917, 12304, 0xb99b_eb09_dca7_177a),
        ]
        var log = HyperLogLog()
        var added = 0
        for mark in marks {
            try add(added..<mark.elements, to: &log)
            added = mark.elements
            #expect(log.bytes.count == mark.size)
            #expect(fnv(log.bytes[16...]) == mark.hash)
            #expect(try log.bytes.withLent { try HyperLogLog.count($0) } == mark.count)
        }
    }

    @Test func mergedRegistersCountTheUnion() throws {
        var a = HyperLogLog()
        var b = HyperLogLog()
        var both = HyperLogLog()
        try add(0..<3000, to: &a)
        try add(2500..<3100, to: &b)
        try add(0..<3100, to: &both)
        var registers = try a.bytes.withLent { try HyperLogLog.registers($0) }
        try b.bytes.withLent { try HyperLogLog.merge($0, into: &registers) }
        #expect(!b.isDense && both.isDense)
        #expect(HyperLogLog.count(registers: registers) == (try both.bytes.withLent { try HyperLogLog.count($0) }))
    }

    @Test func damagedRunsAreRefused() {
        #expect(HyperLogLog(Array("HYLL".utf8)) == nil)
        var short = HyperLogLog()
        short.bytes.removeLast()
        #expect(throws: HyperLogLog.Corrupt.self) { try short.bytes.withLent { try HyperLogLog.count($0) } }
        var long = HyperLogLog()
        long.bytes.append(0x80)
        #expect(throws: HyperLogLog.Corrupt.self) { try long.bytes.withLent { try HyperLogLog.count($0) } }
    }

    @Test func theCachedCountIsMarkedStale() {
        var log = HyperLogLog()
        log.cache(77)
        #expect(log.bytes.withLent { HyperLogLog.cachedCount($0) } == 77)
        log.invalidateCount()
        #expect(log.bytes.withLent { HyperLogLog.cachedCount($0) } == nil)
    }
}
