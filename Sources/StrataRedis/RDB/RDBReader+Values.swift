import Glibc
import StrataDisk
import StrataRESP

/// Values, from after their type byte.
extension RDBReader {
    /// Reads one value of `type`.
    package func value(_ type: RDBType, into visitor: any RDBValueVisitor) throws(StorageError) {
        switch type {
        case .string: try visitor.string(try string())
        case .list, .set:
            let count = try input.checked(try length("number of elements"), "number of elements")
            try visitor.begin(type, count: count)
            for _ in 0..<count { try visitor.element(try string()) }
            try visitor.end()
        case .sortedSet, .sortedSet2: try sortedSet(type, into: visitor)
        case .hash: try hash(type, into: visitor)
        case .hashMetadata, .hashMetadataEarly: try hash(type, into: visitor)
        case .hashZipmap: try whole(type, .zipmap, into: visitor)
        case .listZiplist, .sortedSetZiplist, .hashZiplist: try whole(type, .ziplist, into: visitor)
        case .setIntset: try whole(type, .intset, into: visitor)
        case .hashListpack, .sortedSetListpack, .setListpack: try whole(type, .listpack, into: visitor)
        case .hashListpackExpiring:
            // The nearest expiry, which the listpack's own numbers repeat.
            _ = try input.integer(UInt64.self)
            try whole(type, .listpackExpiring, into: visitor)
        case .hashListpackExpiringEarly: try whole(type, .listpackExpiring, into: visitor)
        case .quicklist, .quicklist2: try quicklist(type, into: visitor)
        case .stream, .stream2, .stream3: try stream(type, into: visitor)
        case .module2:
            let name = RDBFormat.moduleName(try length("module"))
            try moduleParts()
            try visitor.module(name)
        case .module:
            throw input.corrupt("type", expected: "one that can be read", found: "a module of Redis 4.0's candidates")
        }
    }

    private func whole(
        _ type: RDBType, _ packing: RDBPacking, into visitor: any RDBValueVisitor
    ) throws(StorageError) {
        let bytes = try string()
        try visitor.begin(type, count: 0)
        try visitor.packed(packing, bytes)
        try visitor.end()
    }

    private func sortedSet(_ type: RDBType, into visitor: any RDBValueVisitor) throws(StorageError) {
        let count = try input.checked(try length("number of members"), "number of members", bytesEach: 2)
        try visitor.begin(type, count: count)
        for _ in 0..<count {
            let member = hold(try string(), in: held)
            let score =
                type == .sortedSet ? try decimalScore() : Double(bitPattern: try input.integer(UInt64.self))
            guard !score.isNaN else { throw input.corrupt("score", expected: "a number", found: "not a number") }
            try visitor.member(member, score: score)
        }
        try visitor.end()
    }

    /// One byte of length, then digits; 253 to 255 are no lengths.
    private func decimalScore() throws(StorageError) -> Double {
        let size = try input.byte()
        switch size {
        case 253: return .nan
        case 254: return .infinity
        case 255: return -.infinity
        default:
            let text = try input.take(Int(size)).text
            guard let score = Double(text) else {
                throw input.corrupt("score", expected: "a decimal number", found: text.debugDescription)
            }
            return score
        }
    }

    private func hash(_ type: RDBType, into visitor: any RDBValueVisitor) throws(StorageError) {
        // Times of fields count from the nearest one, and from 1: 0 is none.
        let nearest = type == .hashMetadata ? try input.integer(UInt64.self) : 1
        let count = try input.checked(try length("number of fields"), "number of fields", bytesEach: 2)
        try visitor.begin(type, count: count)
        for _ in 0..<count {
            var expiry: UInt64?
            if type != .hash {
                let stored = try length("field's expiry")
                if stored > 0 { expiry = nearest &+ stored &- 1 }
            }
            let field = hold(try string(), in: held)
            try visitor.field(field, try string(), expiry: expiry)
        }
        try visitor.end()
    }

    private func quicklist(_ type: RDBType, into visitor: any RDBValueVisitor) throws(StorageError) {
        let count = try input.checked(try length("number of nodes"), "number of nodes")
        try visitor.begin(type, count: count)
        for _ in 0..<count {
            guard type == .quicklist2 else {
                try visitor.packed(.ziplist, try string())
                continue
            }
            let container = try length("container of a node")
            switch container {
            case RDBFormat.plainNode: try visitor.element(try string())
            case RDBFormat.packedNode: try visitor.packed(.listpack, try string())
            default: throw input.corrupt("container of a node", expected: "1 or 2", found: "\(container)")
            }
        }
        try visitor.end()
    }
}
