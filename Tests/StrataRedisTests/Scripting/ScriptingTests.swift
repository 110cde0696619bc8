import StrataRESP
import StrataRedis
import StrataTesting
import Testing

/// Scripts against the engine alone, and against a real server.
struct ScriptingTests {
    private func ours() -> OurRedis {
        OurRedis(
            ScriptingCommands.all + StringCommands.all + GenericCommands.all + HashCommands.all + SetCommands.all
                + ListCommands.all + ConnectionCommands.all + ServerCommands.all + PubSubCommands.all)
    }

    @Test func answersAreThoseOfARealServer() throws {
        guard let real = try RealRedis() else { return }
        let ours = ours()
        for script in ScriptCases.scripts {
            let expected = try real.command("EVAL", script, "0")
            #expect(try ours.command("EVAL", script, "0") == expected, "\(script)")
        }
    }

    @Test func answersInRESP3AreThoseOfARealServer() throws {
        guard let real = try RealRedis() else { return }
        let ours = ours()
        _ = try real.command("HELLO", "3")
        _ = try ours.command("HELLO", "3")
        for script in ScriptCases.scripts {
            let expected = try real.command("EVAL", script, "0")
            #expect(try ours.command("EVAL", script, "0") == expected, "\(script)")
        }
    }

    @Test func keysAndArgumentsReachTheScript() throws {
        let reply = try ours().command("EVAL", "return {KEYS[1],KEYS[2],ARGV[1],#ARGV}", "2", "a", "b", "c")
        #expect(reply == .array([.bulk(Array("a".utf8)), .bulk(Array("b".utf8)), .bulk(Array("c".utf8)), .integer(1)]))
    }

    @Test func theCacheForgetsAtFlush() throws {
        let ours = ours()
        let name = try ours.command("SCRIPT", "LOAD", "return 5").text ?? ""
        #expect(try ours.command("EVALSHA", name, "0") == .integer(5))
        #expect(try ours.command("EVALSHA", name.uppercased(), "0") == .integer(5))
        _ = try ours.command("SCRIPT", "FLUSH")
        #expect(try ours.command("EVALSHA", name, "0").text == "NOSCRIPT No matching script. Please use EVAL.")
        #expect(try ours.command("EVAL", "return 6", "0") == .integer(6))
    }

    @Test(arguments: [
        "local t={} while true do t[#t+1]=string.rep('x',1e6)..#t end",
        "return string.rep('x',2^40)",
        "local function f() return coroutine.wrap(f)() end return f()",
        "local function f(n) return pcall(f,n) end return f(1)",
        "return string.find(string.rep('a',1e5),string.rep('a?',1e5))",
        "return loadstring(string.rep('(',1e5))()",
        "return cjson.decode(string.rep('[',1e6))",
        "return cmsgpack.unpack(string.rep('\\145',1e6))",
        "return tostring(setmetatable({},{__tostring=function(s) return tostring(s) end}))",
    ])
    func aScriptThatWantsTooMuchEndsWithAnErrorAndTheNextOneRuns(_ script: String) throws {
        let ours = ours()
        _ = try ours.command("EVAL", script, "0")
        #expect(try ours.command("EVAL", "return 1", "0") == .integer(1), "\(script)")
    }

    @Test(arguments: [
        "return io", "return os", "return debug", "return require", "return dofile", "return loadfile",
        "return getfenv",
        "return setfenv", "return newproxy", "return print", "local p = pairs(redis) redis.call = nil",
        "string.format = nil", "table.sort = nil", "rawset(string, 'x', 1)", "setmetatable(redis, {})",
        "table.insert(_G, 1)", "getmetatable('').__index = nil", "getmetatable(_G).__index = nil",
    ])
    func theSandboxHolds(_ script: String) throws {
        #expect(try ours().command("EVAL", script, "0").isError)
    }

    @Test func aCopyThatPairsGivesDoesNotLeadToTheRealTable() throws {
        let ours = ours()
        _ = try ours.command("EVAL", "local _, copy = pairs(redis) copy.call = 1", "0")
        #expect(try ours.command("EVAL", "return type(redis.call)", "0").text == "function")
    }

    @Test func aSlowScriptLetsOthersInAndIsKilled() throws {
        let ours = ours()
        _ = try ours.command("CONFIG", "SET", "lua-time-limit", "1")
        let other = ours.connect()
        var busy: Reply?
        var killed: Reply?
        ours.engine.scripting.onSlowScript = {
            guard killed == nil else { return }
            busy = try? ours.command("GET", "x", by: other)
            killed = try? ours.command("SCRIPT", "KILL", by: other)
        }
        let reply = try ours.command("EVAL", "while true do pcall(function() while true do end end) end", "0")
        #expect(busy?.text == "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.")
        #expect(killed == .simple(Array("OK".utf8)))
        #expect(reply.text?.contains("Script killed by user with SCRIPT KILL") == true)
        #expect(try ours.command("EVAL", "return 1", "0") == .integer(1))
    }

    @Test func aScriptThatHasWrittenIsNotKilled() throws {
        let ours = ours()
        _ = try ours.command("CONFIG", "SET", "lua-time-limit", "1")
        let other = ours.connect()
        var answer: String?
        ours.engine.scripting.onSlowScript = {
            if answer == nil { answer = (try? ours.command("SCRIPT", "KILL", by: other))?.text }
        }
        _ = try ours.command("EVAL", "redis.call('set','a','b') for i=1,1e8 do end", "0")
        #expect(answer?.hasPrefix("UNKILLABLE") == true)
        #expect(try ours.command("GET", "a").text == "b")
    }
}
