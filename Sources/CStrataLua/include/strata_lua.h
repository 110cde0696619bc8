// Lua 5.1 behind a wall: errors of Lua are longjmps, which must never pass a frame of Swift.
//
// 1. Swift calls Lua functions only through strata_lua_protected, which catches whatever they raise.
// 2. Lua calls Swift only through strata_lua_host.call. While that runs, the allocator does not fail, and there are no
//    userdata with finalisers, so that nothing of the API below raises if keys of tables are neither nil nor NaN. Swift
//    returns how many values it pushed, or one of the codes below; the error is raised here, once Swift has returned.
#ifndef STRATA_LUA_H
#define STRATA_LUA_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stddef.h>
#include <stdint.h>

/// What `call` returns instead of a count: the value on the top is the error as it is.
#define STRATA_LUA_RAISE (-1)
/// The string on the top is the error, to be preceded by the place in the script.
#define STRATA_LUA_RAISE_HERE (-2)
/// Less n: the string on the top says what is wrong with argument n.
#define STRATA_LUA_RAISE_ARGUMENT (-16)

typedef struct strata_lua_host {
    /// Bytes that Lua has allocated, and how many it may have while scripts run.
    size_t used, limit;
    /// Above 0: `limit` does not count.
    int unlimited;
    /// Coroutines that resumed one another: each is a C call, which Lua 5.1 does not bound.
    int resumed;
    void *context;
    int (*call)(void *context, lua_State *state, int function);
    /// Asked every so many instructions whether the script is to end.
    int (*interrupt)(void *context);
} strata_lua_host;

/// A new state with the libraries that scripts may use, and globals that can still be changed. NULL without memory.
lua_State *strata_lua_open(strata_lua_host *host);
/// Sets the field `name` of the global table `library` to the host's function of number `function`.
void strata_lua_register(lua_State *state, const char *library, const char *name, int function);
/// From here on the globals and the tables among them can only be read, and unknown globals are errors.
void strata_lua_seal(lua_State *state);
/// Pushes the table of the globals as they really are.
void strata_lua_push_globals(lua_State *state);
/// Sets the hook that asks `interrupt`; every script begins with it.
void strata_lua_watch(lua_State *state, int instructions);
/// lua_pcall of a function without arguments, for one result. Errors become tables with fields err, source and line.
int strata_lua_protected(lua_State *state);
/// luaL_loadbuffer of text; code that was compiled elsewhere is refused: Lua does not verify it.
int strata_lua_load(lua_State *state, const char *text, size_t size, const char *name);
/// printf of one double with `precision` significant digits (%g); returns the size.
int strata_lua_print(char *text, size_t size, int precision, double value);

static inline void strata_lua_pop(lua_State *state, int count) { lua_settop(state, -count - 1); }
static inline int strata_lua_upvalue(int place) { return lua_upvalueindex(place); }

#endif
