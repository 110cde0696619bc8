/// math.random and math.randomseed, with a generator of our own: the C library's would differ from machine to machine.
enum RandomLibrary {
    static let functions = [
        LuaFunction("math", "random") { scripting, stack throws(LuaError) in
            let fraction = scripting.random.fraction()
            switch stack.count {
            case 0: stack.push(fraction)
            case 1:
                let upper = Int32(clamping: try stack.checkedInteger(1))
                guard upper >= 1 else { throw .argument(1, "interval is empty") }
                stack.push((fraction * Double(upper)).rounded(.down) + 1)
            case 2:
                let lower = Int32(clamping: try stack.checkedInteger(1))
                let upper = Int32(clamping: try stack.checkedInteger(2))
                guard lower <= upper else { throw .argument(2, "interval is empty") }
                stack.push((fraction * (Double(upper) - Double(lower) + 1)).rounded(.down) + Double(lower))
            default: throw .here("wrong number of arguments")
            }
            return 1
        },
        LuaFunction("math", "randomseed") { scripting, stack throws(LuaError) in
            scripting.random.seed(Int32(truncatingIfNeeded: try stack.checkedInteger(1)))
            return 0
        },
    ]
}
