import StrataDisk
import StrataRESP

/// Streams: nodes, totals, groups with what they delivered.
extension RDBReader {
    func stream(_ type: RDBType, into visitor: any RDBValueVisitor) throws(StorageError) {
        // A node is a key of 17 bytes and a listpack of at least 8.
        let nodes = try input.checked(try length("number of nodes"), "number of nodes", bytesEach: 20)
        try visitor.begin(type, count: nodes)
        for _ in 0..<nodes {
            let name = try string()
            guard name.count == 16 else {
                throw input.corrupt("id of a stream's node", expected: "16 bytes", found: "\(name.count)")
            }
            let id = RDBReader.id(name)
            try visitor.streamNode(id, try string())
        }
        let length = try length("stream's length")
        var info = RDBStreamInfo(length: length, last: try lengthID(), extent: nil)
        if type != .stream {
            let first = try lengthID()
            let deleted = try lengthID()
            info.extent = .init(
                first: first, largestDeleted: deleted, entriesAdded: try self.length("number of added entries"))
        }
        try visitor.streamInfo(info)
        let groups = try input.checked(try self.length("number of groups"), "number of groups", bytesEach: 5)
        for _ in 0..<groups { try group(type, into: visitor) }
        try visitor.end()
    }

    private func group(_ type: RDBType, into visitor: any RDBValueVisitor) throws(StorageError) {
        let name = hold(try string(), in: held)
        let last = try lengthID()
        let read = type == .stream ? nil : Int64(bitPattern: try length("number of read entries"))
        try visitor.group(name, last: last, entriesRead: read == -1 ? nil : read)
        let pending = try input.checked(
            try length("number of pending entries"), "number of pending entries", bytesEach: 25)
        for _ in 0..<pending {
            let id = RDBReader.id(try input.take(16))
            let time = try input.integer(UInt64.self)
            try visitor.pending(id, deliveredAt: time, deliveries: try length("number of deliveries"))
        }
        let consumers = try input.checked(
            try length("number of consumers"), "number of consumers", bytesEach: 10)
        for _ in 0..<consumers {
            let name = hold(try string(), in: held)
            let seen = try input.integer(UInt64.self)
            let active = type == .stream3 ? try input.integer(UInt64.self) : nil
            try visitor.consumer(name, seenAt: seen, activeAt: active)
            let owned = try input.checked(
                try length("number of a consumer's entries"), "number of a consumer's entries", bytesEach: 16)
            for _ in 0..<owned { try visitor.owned(RDBReader.id(try input.take(16))) }
        }
    }

    /// Two lengths.
    private func lengthID() throws(StorageError) -> StreamID {
        let milliseconds = try length("milliseconds of an id")
        return StreamID(milliseconds, try length("sequence of an id"))
    }

    /// 16 bytes, big-endian.
    private static func id(_ bytes: Bytes) -> StreamID {
        StreamID(
            bytes.start.loadUnaligned(as: UInt64.self).byteSwapped,
            (bytes.start + 8).loadUnaligned(as: UInt64.self).byteSwapped)
    }
}
