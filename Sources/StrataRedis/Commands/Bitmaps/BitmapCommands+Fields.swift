import StrataRESP

extension BitmapCommands {
    private enum FieldAction {
        case get
        case set(Int64)
        case add(Int64)
    }

    private struct FieldOperation {
        var field: BitField
        var action: FieldAction
        var overflow: BitField.Overflow
    }

    static func bitfield(_ execution: Execution, isReadOnly: Bool) throws(RedisError) {
        let operations = try fieldOperations(execution, isReadOnly: isReadOnly)
        let key = execution.argument(1)
        let highest = operations.lazy.compactMap { operation -> Int64? in
            if case .get = operation.action { return nil }
            return operation.field.lastBit
        }.max()
        guard let highest else {
            let entry = try execution.database.string(at: key)
            execution.reply.array(operations.count)
            let bytes = entry.map { $0.withString { $0.copy() } } ?? []
            for operation in operations {
                execution.reply.integer(bytes.withUnsafeBytes { operation.field.load($0) })
            }
            return
        }
        let (bytes, isLonger) = try changeable(key, last: highest, execution)
        execution.reply.array(operations.count)
        var changes: Int64 = 0
        for operation in operations {
            let old = operation.field.load(UnsafeRawBufferPointer(bytes))
            let new: Int64?
            switch operation.action {
            case .get:
                execution.reply.integer(old)
                continue
            case .set(let value):
                new = operation.field.fitted(value, operation.overflow)
                new == nil ? execution.reply.null() : execution.reply.integer(old)
            case .add(let increment):
                new = operation.field.sum(old, increment, operation.overflow)
                if let new { execution.reply.integer(new) } else { execution.reply.null() }
            }
            guard let new else { continue }
            operation.field.store(new, bytes)
            if isLonger || old != new { changes += 1 }
        }
        if changes > 0 { execution.changed(key, .string, "setbit", count: changes) }
    }

    private static func fieldOperations(
        _ execution: Execution, isReadOnly: Bool
    ) throws(RedisError) -> [FieldOperation] {
        var operations: [FieldOperation] = []
        var overflow = BitField.Overflow.wrap
        var isWriting = false
        var at = 2
        while at < execution.arguments.count {
            let word = execution.argument(at)
            let rest = execution.arguments.count - at - 1
            if word.isWord("overflow"), rest >= 1 {
                overflow = try overflowNamed(execution.argument(at + 1))
                at += 2
                continue
            }
            let isGet = word.isWord("get") && rest >= 2
            let isSet = word.isWord("set") && rest >= 3
            guard isGet || isSet || word.isWord("incrby") && rest >= 3 else { throw .syntax }
            var field = try BitField(type: execution.argument(at + 1))
            field.offset = try offset(execution.argument(at + 2), width: field.width, execution)
            var action = FieldAction.get
            if !isGet {
                isWriting = true
                let value = try execution.integer(at + 3)
                action = isSet ? .set(value) : .add(value)
            }
            operations.append(FieldOperation(field: field, action: action, overflow: overflow))
            at += isGet ? 3 : 4
        }
        if isWriting, isReadOnly { throw RedisError("ERR BITFIELD_RO only supports the GET subcommand") }
        return operations
    }

    private static func overflowNamed(_ word: Bytes) throws(RedisError) -> BitField.Overflow {
        if word.isWord("wrap") { return .wrap }
        if word.isWord("sat") { return .saturate }
        if word.isWord("fail") { return .fail }
        throw RedisError("ERR Invalid OVERFLOW type specified")
    }
}
