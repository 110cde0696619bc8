import StrataCodec
import StrataDisk

extension CommandFormat {
    /// Appends `command`.
    package static func encode(_ command: KVCommand, into buffer: IOBuffer) {
        switch command {
        case .put(let request): encode(request, into: buffer)
        case .deleteRange(let request): encode(request, into: buffer)
        case .txn(let request): encode(request, into: buffer)
        case .range(let request): encode(request, into: buffer)
        case .compaction(let request):
            buffer.append(littleEndian: Kind.compaction)
            buffer.append(littleEndian: request.revision)
        case .leaseGrant(let request):
            buffer.append(littleEndian: Kind.leaseGrant)
            buffer.append(littleEndian: request.id)
            buffer.append(littleEndian: request.ttl)
        case .leaseRevoke(let request):
            buffer.append(littleEndian: Kind.leaseRevoke)
            buffer.append(littleEndian: request.id)
        }
    }

    /// Appends a put without options from bytes that are lent. Takes nothing from the heap once `buffer` has grown.
    @inline(__always)
    package static func encodePut(key: RawSpan, value: RawSpan, lease: Int64 = 0, into buffer: IOBuffer) {
        append(key: key, value: value, lease: lease, flags: 0, to: buffer)
    }

    @inline(__always)
    private static func append(key: RawSpan, value: RawSpan, lease: Int64, flags: UInt8, to buffer: IOBuffer) {
        buffer.append(littleEndian: Kind.put)
        buffer.append(littleEndian: lease == 0 ? flags : flags | Flag.lease)
        append(key, to: buffer)
        if lease != 0 { buffer.append(littleEndian: lease) }
        append(value, to: buffer)
    }

    @inline(__always)
    private static func append(_ bytes: RawSpan, to buffer: IOBuffer) {
        buffer.append(varint: UInt64(bytes.byteCount))
        buffer.append(bytes)
    }

    private static func encode(_ request: PutRequest, into buffer: IOBuffer) {
        var flags: UInt8 = 0
        if request.prevKV { flags |= Flag.prevKV }
        if request.ignoreValue { flags |= Flag.ignoreValue }
        if request.ignoreLease { flags |= Flag.ignoreLease }
        append(
            key: request.key.span.bytes, value: request.value.span.bytes, lease: request.lease, flags: flags, to: buffer
        )
    }

    private static func encode(_ request: DeleteRangeRequest, into buffer: IOBuffer) {
        buffer.append(littleEndian: Kind.deleteRange)
        buffer.append(littleEndian: request.prevKV ? Flag.prevKV : 0)
        append(request.key.span.bytes, to: buffer)
        append(request.rangeEnd.span.bytes, to: buffer)
    }

    private static func encode(_ request: RangeRequest, into buffer: IOBuffer) {
        let filters = [
            request.minModRevision, request.maxModRevision, request.minCreateRevision, request.maxCreateRevision,
        ]
        let isFiltered = filters.contains { $0 != 0 }
        var flags: UInt8 = isFiltered ? Flag.filters : 0
        if request.keysOnly { flags |= Flag.keysOnly }
        if request.countOnly { flags |= Flag.countOnly }
        buffer.append(littleEndian: Kind.range)
        buffer.append(littleEndian: flags)
        buffer.append(littleEndian: request.sortOrder.rawValue)
        buffer.append(littleEndian: request.sortTarget.rawValue)
        append(request.key.span.bytes, to: buffer)
        append(request.rangeEnd.span.bytes, to: buffer)
        buffer.append(littleEndian: request.limit)
        buffer.append(littleEndian: request.revision)
        if isFiltered { for filter in filters { buffer.append(littleEndian: filter) } }
    }

    private static func encode(_ request: TxnRequest, into buffer: IOBuffer) {
        buffer.append(littleEndian: Kind.txn)
        buffer.append(varint: UInt64(request.compare.count))
        for compare in request.compare { encode(compare, into: buffer) }
        for operations in [request.success, request.failure] {
            buffer.append(varint: UInt64(operations.count))
            for operation in operations {
                switch operation {
                case .range(let request): encode(request, into: buffer)
                case .put(let request): encode(request, into: buffer)
                case .deleteRange(let request): encode(request, into: buffer)
                case .txn(let request): encode(request, into: buffer)
                }
            }
        }
    }

    private static func encode(_ compare: Compare, into buffer: IOBuffer) {
        let (target, number): (UInt8, Int64) =
            switch compare.target {
            case .version(let number): (CompareTarget.version, number)
            case .create(let number): (CompareTarget.create, number)
            case .mod(let number): (CompareTarget.mod, number)
            case .lease(let number): (CompareTarget.lease, number)
            case .value: (CompareTarget.value, 0)
            }
        buffer.append(littleEndian: target)
        buffer.append(littleEndian: compare.result.rawValue)
        append(compare.key.span.bytes, to: buffer)
        append(compare.rangeEnd.span.bytes, to: buffer)
        if case .value(let value) = compare.target {
            append(value.span.bytes, to: buffer)
        } else {
            buffer.append(littleEndian: number)
        }
    }
}
