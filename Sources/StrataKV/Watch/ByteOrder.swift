/// Keys compare as unsigned bytes; of two where one begins the other, the shorter is first.
enum ByteOrder {
    static func compare(_ a: [UInt8], _ b: [UInt8]) -> Int { compareBytes(a.span.bytes, b.span.bytes) }

    static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool { compare(a, b) < 0 }
}
