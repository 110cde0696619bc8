/// The device_model axis: `host` is the device below the data directory; the others are a simulated device whose only
/// property is how long a flush of its cache takes, so that a curve can be repeated on a noisy host.
package struct DeviceSetting: Hashable, Sendable {
    package var text: String
    /// Time of one flush; nil for the host's own device.
    package var flushLatency: Duration?

    package static let host = DeviceSetting(named: "host", flush: nil)
    /// Order-of-magnitude stand-ins: a controller with battery-backed cache, a server SSD with power-loss protection, a
    /// consumer SSD that flushes its cache, a disk of 7,200 revolutions a minute (one is 8.3 ms).
    package static let presets: [DeviceSetting] = [
        .host,
        .init(named: "battery", flush: .microseconds(30)),
        .init(named: "server-ssd", flush: .microseconds(100)),
        .init(named: "consumer-ssd", flush: .milliseconds(2)),
        .init(named: "hdd", flush: .microseconds(8_300)),
    ]
    package static let textForms = presets.map(\.text).joined(separator: ", ") + " or flush:DURATION"

    private init(named text: String, flush: Duration?) {
        self.text = text
        flushLatency = flush
    }

    package init?(text: String) {
        if let preset = Self.presets.first(where: { $0.text == text }) {
            self = preset
        } else if text.hasPrefix("flush:"), let latency = DurationText.parse(text.dropFirst(6)) {
            self.init(named: "flush:\(DurationText.format(latency))", flush: latency)
        } else {
            return nil
        }
    }
}
