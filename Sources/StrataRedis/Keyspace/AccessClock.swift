import StrataDisk

/// The 24 bits of an entry that tell how it was used, as Redis 7.0 counts (evict.c): for LRU the second of the last
/// access; for LFU the minute, 16 bits, and a logarithmic counter, 8 bits (Morris, CACM 21(10), 1978).
struct AccessClock {
    static let clockBits: UInt32 = 0xFF_FFFF
    /// New keys begin here, so that they are not evicted at once.
    static let initialCounter: UInt32 = 5

    /// `lfu-log-factor`: how much the counter's growth slows.
    var logFactor = 10
    /// `lfu-decay-time`: minutes after which the counter loses one; 0: it never does.
    var decayMinutes = 1
    var isLFU = false
    var random = SeededRandom(seed: 0x5EED)

    @inline(__always)
    static func seconds(_ now: Int64) -> UInt32 { UInt32(truncatingIfNeeded: now / 1000) & clockBits }

    @inline(__always)
    static func minutes(_ now: Int64) -> UInt32 { UInt32(truncatingIfNeeded: now / 60_000) & 0xFFFF }

    /// Of a key that is made now.
    @inline(__always)
    func initial(now: Int64) -> UInt32 {
        isLFU ? Self.minutes(now) << 8 | Self.initialCounter : Self.seconds(now)
    }

    /// After an access now.
    @inline(__always)
    mutating func touched(_ clock: UInt32, now: Int64) -> UInt32 {
        isLFU ? Self.minutes(now) << 8 | increased(counter(clock, now: now)) : Self.seconds(now)
    }

    /// The counter as it is now, with what it lost in time.
    func counter(_ clock: UInt32, now: Int64) -> UInt32 {
        let counter = clock & 0xFF
        guard decayMinutes > 0 else { return counter }
        let elapsed = (Self.minutes(now) &- clock >> 8) & 0xFFFF
        let periods = elapsed / UInt32(decayMinutes)
        return periods > counter ? 0 : counter - periods
    }

    private mutating func increased(_ counter: UInt32) -> UInt32 {
        if counter == 255 { return 255 }
        let base = Double(counter > Self.initialCounter ? counter - Self.initialCounter : 0)
        return random.unit() < 1 / (base * Double(logFactor) + 1) ? counter + 1 : counter
    }

    /// Milliseconds since the last access, to the second.
    static func idle(_ clock: UInt32, now: Int64) -> Int64 {
        Int64((seconds(now) &- clock) & clockBits) * 1000
    }
}
