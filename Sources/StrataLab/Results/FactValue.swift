/// A value of the manifest's tables of facts.
package enum FactValue: Sendable, Hashable, Codable {
    case text(String)
    case number(Double)
    case flag(Bool)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number):
            // Whole numbers as such, so that sizes read as sizes.
            if let whole = Int64(exactly: number) { try container.encode(whole) } else { try container.encode(number) }
        case .flag(let flag): try container.encode(flag)
        }
    }
}

/// A table of the manifest. What the machine does not tell is left out.
package typealias Facts = [String: FactValue]

extension Facts {
    mutating func set(_ key: String, _ text: String?) { self[key] = text.map(FactValue.text) }
    mutating func set(_ key: String, number: Double?) { self[key] = number.map(FactValue.number) }
}
