import StrataRESP

extension Execution {
    /// The argument as a number whose sign may be turned round: the smallest of 64 bits has no counterpart.
    func symmetricInteger(_ index: Int) throws(RedisError) -> Int64 {
        try integer(
            index, in: -Int64.max...Int64.max,
            orThrow: arguments[index].integer == nil
                ? .notInteger
                : RedisError("ERR value is out of range, value must between \(-Int64.max) and \(Int64.max)"))
    }
}
