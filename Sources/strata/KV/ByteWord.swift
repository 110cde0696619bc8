import ArgumentParser

/// A key or a value as typed: any bytes.
struct ByteWord: ExpressibleByArgument, Hashable {
    let bytes: [UInt8]

    init?(argument: String) { bytes = PackedBytes.bytes(of: argument) }
}

/// Any bytes as text that the parser of command lines carries and gives back unchanged. Bytes that are no UTF-8 become scalars
/// of the last 256 code points, and so do the bytes of those code points themselves.
enum PackedBytes {
    private static let first: UInt32 = 0x10FF00

    static func text(of bytes: some Sequence<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        var parser = UTF8.ForwardParser()
        let bytes = Array(bytes)
        var input = bytes.makeIterator()
        var place = 0
        while true {
            let count: Int
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded):
                let scalar = UTF8.decode(encoded)
                if scalar.value < first {
                    text.append(scalar)
                    place += encoded.count
                    continue
                }
                count = encoded.count
            case .error(let length): count = length
            case .emptyInput: return String(text)
            }
            for byte in bytes[place..<place + count] {
                if let scalar = Unicode.Scalar(first + UInt32(byte)) { text.append(scalar) }
            }
            place += count
        }
    }

    static func bytes(of text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if scalar.value >= first {
                bytes.append(UInt8(scalar.value - first))
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.EncodedScalar())
            }
        }
        return bytes
    }
}

/// A lease's id as etcd's tools write it: hexadecimal.
struct LeaseWord: ExpressibleByArgument, Hashable {
    let id: Int64

    init?(argument: String) {
        guard let id = Int64(argument, radix: 16) else { return nil }
        self.id = id
    }

    static func text(_ id: Int64) -> String {
        let digits = String(UInt64(bitPattern: id), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
