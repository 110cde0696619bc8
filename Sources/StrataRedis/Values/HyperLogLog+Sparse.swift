import StrataRESP

extension HyperLogLog {
    /// One run of the sparse form.
    struct SparseRun {
        var length: Int
        var value: UInt8
        /// Bytes that it takes.
        var size: Int

        static let maxLength = 4
        static let maxValue: UInt8 = 32
        static let maxShortZeros = 64

        init(length: Int, value: UInt8) {
            self.length = length
            self.value = value
            size = value == 0 && length > Self.maxShortZeros ? 2 : 1
        }

        init(_ string: Bytes, _ at: Int) throws(Corrupt) {
            let byte = string[at]
            if byte & 0x80 != 0 {
                length = Int(byte & 3) + 1
                value = byte >> 2 & 31 + 1
                size = 1
            } else if byte & 0x40 == 0 {
                length = Int(byte & 63) + 1
                value = 0
                size = 1
            } else {
                guard at + 1 < string.count else { throw Corrupt() }
                length = (Int(byte & 63) << 8 | Int(string[at + 1])) + 1
                value = 0
                size = 2
            }
        }

        func append(to bytes: inout [UInt8]) {
            let less = length - 1
            if value > 0 {
                bytes.append(0x80 | (value - 1) << 2 | UInt8(less))
            } else if length <= Self.maxShortZeros {
                bytes.append(UInt8(less))
            } else {
                bytes.append(0x40 | UInt8(less >> 8))
                bytes.append(UInt8(less & 0xFF))
            }
        }
    }

    enum SparseOutcome {
        case same, changed, tooLarge
    }

    /// Raises a register of the sparse form: the run that covers it is split in up to three, then runs of equal
    /// values around are joined as far as Redis joins them, so that the bytes stay the very same as its own.
    mutating func raiseSparse(
        _ register: Int, to value: UInt8, sparseMaxBytes: Int
    ) throws(Corrupt) -> SparseOutcome {
        if value > SparseRun.maxValue { return .tooLarge }
        var first = 0
        var at = Self.headerSize
        var previous = Self.headerSize
        var found: SparseRun?
        try bytes.withLent { (string) throws(Corrupt) in
            while at < string.count {
                let run = try SparseRun(string, at)
                if register < first + run.length {
                    found = run
                    break
                }
                previous = at
                at += run.size
                first += run.length
            }
        }
        guard let run = found else { throw Corrupt() }
        if run.value >= value { return .same }
        var replacement: [UInt8] = []
        let before = register - first
        let after = run.length - before - 1
        if before > 0 { SparseRun(length: before, value: run.value).append(to: &replacement) }
        SparseRun(length: 1, value: value).append(to: &replacement)
        if after > 0 { SparseRun(length: after, value: run.value).append(to: &replacement) }
        let growth = replacement.count - run.size
        if growth > 0, bytes.count + growth > sparseMaxBytes { return .tooLarge }
        bytes.replaceSubrange(at..<at + run.size, with: replacement)
        joinRuns(from: previous)
        invalidateCount()
        return .changed
    }

    /// Joins neighbouring runs of one value, looking at five runs from `start` on.
    private mutating func joinRuns(from start: Int) {
        var at = start
        var looks = 5
        while at < bytes.count && looks > 0 {
            looks -= 1
            let byte = bytes[at]
            if byte & 0x80 == 0 {
                at += byte & 0x40 == 0 ? 1 : 2
                continue
            }
            if at + 1 < bytes.count {
                let next = bytes[at + 1]
                let length = Int(byte & 3) + Int(next & 3) + 2
                if next & 0x80 != 0, byte >> 2 == next >> 2, length <= SparseRun.maxLength {
                    bytes[at + 1] = byte & ~3 | UInt8(length - 1)
                    bytes.remove(at: at)
                    continue
                }
            }
            at += 1
        }
    }
}

extension HyperLogLog {
    /// The runs as PFDEBUG DECODE shows them: `Z:length`, `z:length` for the short form, `v:value,length`.
    package func sparseText() throws(Corrupt) -> String {
        var parts: [String] = []
        try bytes.withLent { (string) throws(Corrupt) in
            var at = Self.headerSize
            while at < string.count {
                let run = try SparseRun(string, at)
                if run.value > 0 {
                    parts.append("v:\(run.value),\(run.length)")
                } else {
                    parts.append(run.size == 1 ? "z:\(run.length)" : "Z:\(run.length)")
                }
                at += run.size
            }
        }
        return parts.joined(separator: " ")
    }
}
