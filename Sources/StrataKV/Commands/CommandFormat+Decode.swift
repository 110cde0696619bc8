import StrataCodec

extension CommandFormat {
    /// The command that `bytes` are. Throws `CodecError` where they are none; no bytes do worse than that.
    package static func decode(_ bytes: RawSpan) throws(CodecError) -> KVCommand {
        var reader = ByteReader()
        let command: KVCommand
        let kind = try reader.read(UInt8.self, from: bytes)
        switch kind {
        case Kind.compaction:
            command = .compaction(CompactionRequest(revision: try reader.read(Int64.self, from: bytes)))
        case Kind.leaseGrant:
            let id = try reader.read(Int64.self, from: bytes)
            command = .leaseGrant(LeaseGrantRequest(ttl: try reader.read(Int64.self, from: bytes), id: id))
        case Kind.leaseRevoke:
            command = .leaseRevoke(LeaseRevokeRequest(id: try reader.read(Int64.self, from: bytes)))
        default:
            switch try operation(kind, &reader, bytes, depth: 0) {
            case .put(let request): command = .put(request)
            case .deleteRange(let request): command = .deleteRange(request)
            case .txn(let request): command = .txn(request)
            case .range(let request): command = .range(request)
            }
        }
        try ends(reader, bytes)
        return command
    }

    @inline(__always)
    static func ends(_ reader: ByteReader, _ bytes: RawSpan) throws(CodecError) {
        guard reader.remaining(in: bytes) == 0 else { throw .malformed("bytes after a command") }
    }

    private static func operation(
        _ kind: UInt8, _ reader: inout ByteReader, _ bytes: RawSpan, depth: Int
    ) throws(CodecError) -> RequestOp {
        switch kind {
        case Kind.put: return .put(try PutCommand(&reader, from: bytes).request(bytes))
        case Kind.deleteRange:
            let flags = try reader.read(UInt8.self, from: bytes)
            guard flags & ~Flag.prevKV == 0 else { throw .malformed("flags \(flags) of a delete") }
            let key = bytes.copy(try reader.skipBytes(in: bytes))
            let end = bytes.copy(try reader.skipBytes(in: bytes))
            return .deleteRange(DeleteRangeRequest(key: key, rangeEnd: end, prevKV: flags != 0))
        case Kind.range: return .range(try range(&reader, bytes))
        case Kind.txn:
            guard depth <= maximumDepth else { throw .malformed("transactions nested too deep") }
            return .txn(try txn(&reader, bytes, depth: depth))
        default: throw .malformed("command kind \(kind)")
        }
    }

    private static func range(_ reader: inout ByteReader, _ bytes: RawSpan) throws(CodecError) -> RangeRequest {
        let flags = try reader.read(UInt8.self, from: bytes)
        guard flags & ~Flag.ofRange == 0 else { throw .malformed("flags \(flags) of a range") }
        let order = try reader.read(UInt8.self, from: bytes)
        let target = try reader.read(UInt8.self, from: bytes)
        guard let sortOrder = RangeRequest.SortOrder(rawValue: order),
            let sortTarget = RangeRequest.SortTarget(rawValue: target)
        else { throw .malformed("sort order \(order) of target \(target)") }
        let key = bytes.copy(try reader.skipBytes(in: bytes))
        var request = RangeRequest(
            key: key, rangeEnd: bytes.copy(try reader.skipBytes(in: bytes)),
            limit: try reader.read(Int64.self, from: bytes), revision: try reader.read(Int64.self, from: bytes),
            sortOrder: sortOrder, sortTarget: sortTarget, keysOnly: flags & Flag.keysOnly != 0,
            countOnly: flags & Flag.countOnly != 0)
        if flags & Flag.filters != 0 {
            request.minModRevision = try reader.read(Int64.self, from: bytes)
            request.maxModRevision = try reader.read(Int64.self, from: bytes)
            request.minCreateRevision = try reader.read(Int64.self, from: bytes)
            request.maxCreateRevision = try reader.read(Int64.self, from: bytes)
        }
        return request
    }

    private static func txn(
        _ reader: inout ByteReader, _ bytes: RawSpan, depth: Int
    ) throws(CodecError) -> TxnRequest {
        var request = TxnRequest()
        for _ in 0..<(try count(&reader, bytes)) { request.compare.append(try compare(&reader, bytes)) }
        for _ in 0..<(try count(&reader, bytes)) {
            let kind = try reader.read(UInt8.self, from: bytes)
            request.success.append(try operation(kind, &reader, bytes, depth: depth + 1))
        }
        for _ in 0..<(try count(&reader, bytes)) {
            let kind = try reader.read(UInt8.self, from: bytes)
            request.failure.append(try operation(kind, &reader, bytes, depth: depth + 1))
        }
        return request
    }

    /// A number of things of at least one byte each.
    private static func count(_ reader: inout ByteReader, _ bytes: RawSpan) throws(CodecError) -> Int {
        let count = try reader.readVarint(from: bytes)
        guard count <= UInt64(reader.remaining(in: bytes)) else { throw .truncated }
        return Int(count)
    }

    private static func compare(_ reader: inout ByteReader, _ bytes: RawSpan) throws(CodecError) -> Compare {
        let kind = try reader.read(UInt8.self, from: bytes)
        let number = try reader.read(UInt8.self, from: bytes)
        guard let result = Compare.Result(rawValue: number) else { throw .malformed("compare result \(number)") }
        let key = bytes.copy(try reader.skipBytes(in: bytes))
        let end = bytes.copy(try reader.skipBytes(in: bytes))
        let target: Compare.Target
        switch kind {
        case CompareTarget.version: target = .version(try reader.read(Int64.self, from: bytes))
        case CompareTarget.create: target = .create(try reader.read(Int64.self, from: bytes))
        case CompareTarget.mod: target = .mod(try reader.read(Int64.self, from: bytes))
        case CompareTarget.lease: target = .lease(try reader.read(Int64.self, from: bytes))
        case CompareTarget.value: target = .value(bytes.copy(try reader.skipBytes(in: bytes)))
        default: throw .malformed("compare target \(kind)")
        }
        return Compare(key: key, rangeEnd: end, result, target)
    }
}
