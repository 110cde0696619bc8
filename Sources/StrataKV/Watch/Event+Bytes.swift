extension KeyValue {
    /// At least what the protobuf message takes: key, value, and the tags and longest varints of six fields (4 x 11 bytes
    /// of numbers, 2 x 6 of lengths) with the message's own.
    var encodedBound: Int { key.count + value.count + 64 }
}

extension Event {
    /// At least what the protobuf message takes; what queues and fragments count.
    package var encodedBound: Int {
        keyValue.encodedBound + (previous?.encodedBound ?? 0) + 16
    }
}
