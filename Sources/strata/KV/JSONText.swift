import Foundation

/// JSON in the order in which it is made, as etcd's tools write it: on one line, byte strings in base64.
indirect enum JSONText {
    case object([(String, JSONText)])
    case array([JSONText])
    case text(String)
    case bytes([UInt8])
    case number(Int64)
    case unsigned(UInt64)
    case flag(Bool)

    /// With a line feed.
    var line: String {
        var output = ""
        write(&output)
        return output + "\n"
    }

    private func write(_ output: inout String) {
        switch self {
        case .object(let members):
            output += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { output += "," }
                Self.quote(member.0, &output)
                output += ":"
                member.1.write(&output)
            }
            output += "}"
        case .array(let elements):
            output += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                element.write(&output)
            }
            output += "]"
        case .text(let text): Self.quote(text, &output)
        case .bytes(let bytes): output += "\"" + Data(bytes).base64EncodedString() + "\""
        case .number(let number): output += "\(number)"
        case .unsigned(let number): output += "\(number)"
        case .flag(let flag): output += flag ? "true" : "false"
        }
    }

    private static func quote(_ text: String, _ output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\r": output += "\\r"
            case "\t": output += "\\t"
            case ..<" ":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
