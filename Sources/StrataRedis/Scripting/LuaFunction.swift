/// A function of ours that scripts may call.
struct LuaFunction: Sendable {
    /// Takes its arguments from the stack, pushes its results and returns how many they are.
    typealias Body = @Sendable (Scripting, LuaStack) throws(LuaError) -> Int32

    let library: String
    let name: String
    let body: Body

    init(_ library: String, _ name: String, _ body: @escaping Body) {
        self.library = library
        self.name = name
        self.body = body
    }

    /// In the order of the numbers by which Lua knows them.
    static let all: [LuaFunction] =
        RedisLibrary.functions + RandomLibrary.functions + JSONLibrary.functions + BitLibrary.functions
        + StructLibrary.functions + MessagePackLibrary.functions
}
