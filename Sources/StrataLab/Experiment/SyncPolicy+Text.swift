import StrataJournal

/// The text forms of experiment files and results: `always`, `grouped:WINDOW:BYTES`, `periodic:INTERVAL`,
/// `every:BYTES`, `never`; for example `grouped:500us:1MiB`.
extension SyncPolicy {
    package static let textForms = "always, grouped:WINDOW:BYTES, periodic:INTERVAL, every:BYTES or never"

    /// Nil where `text` is none of the forms.
    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch (parts[0], parts.count) {
        case ("always", 1): self = .always
        case ("never", 1): self = .never
        case ("grouped", 3):
            guard let window = DurationText.parse(parts[1]), let bytes = ByteSize.parse(parts[2]), bytes > 0 else {
                return nil
            }
            self = .grouped(window: window, maxBytes: bytes)
        case ("periodic", 2):
            guard let interval = DurationText.parse(parts[1]) else { return nil }
            self = .periodic(interval: interval)
        case ("every", 2):
            guard let bytes = ByteSize.parse(parts[1]), bytes > 0 else { return nil }
            self = .everyBytes(bytes)
        default: return nil
        }
    }

    /// What `init(text:)` reads back as the same policy.
    package var text: String {
        switch self {
        case .always: "always"
        case .grouped(let window, let maxBytes):
            "grouped:\(DurationText.format(window)):\(ByteSize.format(maxBytes))"
        case .periodic(let interval): "periodic:\(DurationText.format(interval))"
        case .everyBytes(let bytes): "every:\(ByteSize.format(bytes))"
        case .never: "never"
        }
    }
}
