import StrataCodec
import StrataDisk
import StrataRESP

/// The serialised value that DUMP gives and RESTORE takes.
package enum RDBPayload {
    /// What RESTORE answers to anything that cannot be used.
    package enum Refusal: Error, Sendable, Equatable {
        /// The footer is missing, of a newer version, or its checksum is wrong.
        case versionOrChecksum
        case badFormat(String)

        package var reply: RedisError {
            switch self {
            case .versionOrChecksum: RedisError("ERR DUMP payload version or checksum are wrong")
            case .badFormat: RedisError("ERR Bad data format")
            }
        }
    }

    /// The part of `payload` before its footer. - Parameter checks: whether its checksum is compared (DEBUG SET-SKIP-CHECKSUM-VALIDATION).
    package static func content(of payload: Bytes, checks: Bool = true) throws(Refusal) -> Bytes {
        guard payload.count >= RDBFormat.payloadFooterSize else { throw .versionOrChecksum }
        let size = payload.count - RDBFormat.payloadFooterSize
        let version = UInt16(littleEndian: payload.start.loadUnaligned(fromByteOffset: size, as: UInt16.self))
        guard Int(version) <= RDBFormat.newestVersion else { throw .versionOrChecksum }
        let stored = UInt64(littleEndian: payload.start.loadUnaligned(fromByteOffset: size + 2, as: UInt64.self))
        guard !checks || CRC64.checksum(payload[0..<size + 2].buffer.bytes) == stored else { throw .versionOrChecksum }
        return payload[0..<size]
    }

    /// Gives the parts of a payload's value to `visitor`. All of the content must be of the value.
    package static func read(
        _ payload: Bytes, checks: Bool = true, into visitor: any RDBValueVisitor
    ) throws(Refusal) {
        let content = try content(of: payload, checks: checks)
        guard !content.isEmpty, let type = RDBType(rawValue: content[0]) else { throw .badFormat("no type") }
        let input = RDBInput(content[1..<content.count], name: "payload")
        input.sums = false
        do {
            try RDBReader(input).value(type, into: visitor)
        } catch { throw .badFormat("\(error)") }
        // Redis takes what stands behind the value for padding; so it is here.
    }
}
