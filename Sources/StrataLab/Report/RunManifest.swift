import Foundation

/// `manifest.json` as the report reads it: a few keys with a meaning, and everything flattened for display and
/// comparison.
///
/// A key that is missing leaves a part of the report out; it is never an error, so reports of older runs can be
/// rebuilt.
package struct RunManifest: Sendable {
    package struct Entry: Sendable, Hashable {
        /// "machine.cpu_model".
        package var path: String
        package var value: String
    }

    /// Every leaf but those of `plots`, sorted by path.
    package var entries: [Entry] = []
    package var plots: [PlotSpecification] = []
    /// Column to value; see `BaselineRule`.
    package var baseline: [String: String] = [:]
    package var order = DialOrder()
    package var warnings: [String] = []

    package init() {}

    package init(contentsOf path: String) throws(ReportError) {
        try self.init(json: FileText.read(path), file: path)
    }

    package init(json text: String, file: String) throws(ReportError) {
        let data = Data(text.utf8)
        guard let root = try? JSONDecoder().decode(JSONValue.self, from: data), case .object(let members) = root else {
            throw ReportError(file: file, reason: "not a JSON object")
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where name != "plots" {
            flatten(value, path: name)
        }
        if case .object(let columns)? = members["baseline"] {
            baseline = columns.compactMapValues(\.text)
        }
        if case .object(let axes)? = members["axes"] {
            order.listed = axes.compactMapValues { axis in
                guard case .array(let values) = axis else { return nil }
                return values.compactMap(\.text)
            }
        }
        struct Plots: Decodable { var plots: [PlotSpecification]? }
        do {
            plots = try JSONDecoder().decode(Plots.self, from: data).plots ?? []
        } catch {
            warnings.append("the plots of manifest.json were not understood: \(error)")
        }
    }

    /// The leaf at `path`, or nil where it is missing or empty.
    package subscript(path: String) -> String? {
        entries.first { $0.path == path && !$0.value.isEmpty }?.value
    }

    private mutating func flatten(_ value: JSONValue, path: String) {
        switch value {
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) { flatten(member, path: "\(path).\(name)") }
        case .array(let items):
            let texts = items.compactMap(\.text)
            if texts.count == items.count {
                entries.append(Entry(path: path, value: texts.joined(separator: " ")))
            } else {
                for (index, item) in items.enumerated() { flatten(item, path: "\(path).\(index)") }
            }
        default: entries.append(Entry(path: path, value: value.text ?? ""))
        }
    }
}

/// Any JSON value. Integers keep their digits: a seed of 64 bits does not fit a Double.
private enum JSONValue: Decodable {
    case null, bool(Bool), integer(String), number(Double), string(String), array([JSONValue]), object(
        [String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer("\(value)")
        } else if let value = try? container.decode(UInt64.self) {
            self = .integer("\(value)")
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Nil for what has parts.
    var text: String? {
        switch self {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let digits): digits
        case .number(let value): NumberText.format(value)
        case .string(let value): value
        case .array, .object: nil
        }
    }
}
