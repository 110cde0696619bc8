import Glibc
import StrataRESP

extension SortedSetCommands {
    /// Ranks from `start` to `stop`, either counted from the end where negative.
    static func ranks(_ start: Int64, _ stop: Int64, count: Int) -> Range<Int> {
        let size = Int64(count)
        let first = max(start < 0 ? start &+ size : start, 0)
        let last = min(stop < 0 ? stop &+ size : stop, size - 1)
        return first > last || first >= size ? 0..<0 : Int(first)..<Int(last) + 1
    }

    static func scoreRange(_ execution: Execution, min: Int, max: Int) throws(RedisError) -> ScoreRange {
        let (low, excludesLow) = try scoreBound(execution.argument(min))
        let (high, excludesHigh) = try scoreBound(execution.argument(max))
        return ScoreRange(min: low, max: high, excludesMin: excludesLow, excludesMax: excludesHigh)
    }

    private static func scoreBound(_ text: Bytes) throws(RedisError) -> (Double, Bool) {
        let excludes = !text.isEmpty && text[0] == UInt8(ascii: "(")
        var number = excludes ? text[1..<text.count] : text
        // Redis hands bounds to strtod, which passes over spaces and takes nothing at all for zero.
        while !number.isEmpty, number[0] == 0x20 { number = number[1..<number.count] }
        if number.isEmpty { return (0, excludes) }
        guard let value = number.double else { throw RedisError("ERR min or max is not a float") }
        return (value, excludes)
    }

    static func lexRange(_ execution: Execution, min: Int, max: Int) throws(RedisError) -> LexRange {
        LexRange(min: try lexBound(execution.argument(min)), max: try lexBound(execution.argument(max)))
    }

    private static func lexBound(_ text: Bytes) throws(RedisError) -> LexRange.Bound {
        if !text.isEmpty {
            let rest = text[1..<text.count]
            switch text[0] {
            case UInt8(ascii: "-") where rest.isEmpty: return .lowest
            case UInt8(ascii: "+") where rest.isEmpty: return .highest
            case UInt8(ascii: "["): return .inclusive(rest)
            case UInt8(ascii: "("): return .exclusive(rest)
            default: break
            }
        }
        throw RedisError("ERR min or max not valid string range item")
    }

    /// A member with its score as the commands answer it that return pairs: nested in RESP3.
    @inline(__always)
    static func reply(_ execution: Execution, _ member: PackedValue, _ score: Double?) {
        if score != nil, execution.reply.version > 2 { execution.reply.array(2) }
        execution.reply.bulk(member)
        if let score { execution.reply.score(score) }
    }

    /// The header of `count` such pairs, or of members alone.
    @inline(__always)
    static func replyHeader(_ execution: Execution, _ count: Int, withScores: Bool) {
        execution.reply.array(withScores && execution.reply.version == 2 ? 2 * count : count)
    }

    /// Stores a result, or deletes the destination where it is empty. Answers its size.
    static func store(_ execution: Execution, _ key: Bytes, _ result: SortedSetValue, _ event: StaticString) {
        let count = result.count
        if count > 0 {
            execution.database.set(key, result)
            execution.changed(key, .sortedSet, event)
            execution.signalReady(key)
        } else if execution.database.delete(key) {
            execution.changed(key, .generic, "del")
        }
        execution.reply.integer(count)
    }
}
