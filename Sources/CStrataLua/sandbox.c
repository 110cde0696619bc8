#include "strata_lua.h"

lua_State *strata_lua_new(strata_lua_host *host);

// Lua 5.1 knows no tables that cannot be written to. Scripts get an empty table in the place of each one that is theirs
// to read: its metatable leads readers to the hidden one, and refuses writers. Functions that pass metatables by know it.
static const char hidden_key = 0;   // in the metatable: the hidden table
static const char globals_key = 0;  // in the registry: the globals

// Patterns of string.find and its kin recurse in C for every item that may be repeated or left out.
enum { pattern_limit = 8192, resume_limit = 120 };

static int refuse_write(lua_State *state) { return luaL_error(state, "Attempt to modify a readonly table"); }

static int refuse_unknown(lua_State *state) {
    const char *name = lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : luaL_typename(state, 2);
    return luaL_error(state, "Script attempted to access nonexistent global variable '%s'", name);
}

// Pushes the table behind the one at `place` if that can only be read; else pushes nothing and returns 0.
static int push_hidden(lua_State *state, int place) {
    if (lua_type(state, place) != LUA_TTABLE || !lua_getmetatable(state, place)) return 0;
    lua_pushlightuserdata(state, (void *)&hidden_key);
    lua_rawget(state, -2);
    lua_remove(state, -2);
    if (lua_istable(state, -1)) return 1;
    lua_pop(state, 1);
    return 0;
}

// Replaces the table on the top by one to be read only. Its metatable shows itself as such a one without fields.
static void make_readonly(lua_State *state) {
    lua_newtable(state);
    lua_createtable(state, 0, 4);
    lua_pushvalue(state, -3);
    lua_setfield(state, -2, "__index");
    lua_pushcfunction(state, refuse_write);
    lua_setfield(state, -2, "__newindex");
    lua_getfield(state, LUA_REGISTRYINDEX, "strata.metatable");
    lua_setfield(state, -2, "__metatable");
    lua_pushlightuserdata(state, (void *)&hidden_key);
    lua_pushvalue(state, -4);
    lua_rawset(state, -3);
    lua_setmetatable(state, -2);
    lua_remove(state, -2);
}

// MARK: Functions that look at tables themselves

static lua_CFunction original(lua_State *state) { return (lua_CFunction)lua_touserdata(state, lua_upvalueindex(1)); }

static int call_if_writable(lua_State *state) {
    if (push_hidden(state, 1)) {
        lua_pushliteral(state, "Attempt to modify a readonly table");
        return lua_error(state);
    }
    return original(state)(state);
}

static int call_with_hidden(lua_State *state) {
    if (push_hidden(state, 1)) lua_replace(state, 1);
    return original(state)(state);
}

// The hidden table must not come into the script's hands: it goes through a copy.
static int readonly_pairs(lua_State *state) {
    luaL_checktype(state, 1, LUA_TTABLE);
    lua_settop(state, 1);
    if (push_hidden(state, 1)) {
        lua_newtable(state);
        lua_pushnil(state);
        while (lua_next(state, 2)) {
            lua_pushvalue(state, -2);
            lua_insert(state, -2);
            lua_rawset(state, 3);
        }
        lua_replace(state, 1);
        lua_settop(state, 1);
    }
    lua_pushvalue(state, lua_upvalueindex(1));
    lua_pushvalue(state, 1);
    lua_pushnil(state);
    return 3;
}

static int call_with_short_pattern(lua_State *state) {
    if (lua_objlen(state, 2) > pattern_limit && !lua_toboolean(state, 4)) {
        return luaL_error(state, "pattern too complex");
    }
    return original(state)(state);
}

// MARK: Text to code

static int load_text(lua_State *state, const char *text, size_t size, const char *name) {
    if (strata_lua_load(state, text, size, name) == 0) return 1;
    lua_pushnil(state);
    lua_insert(state, -2);
    return 2;
}

static int load_string(lua_State *state) {
    size_t size;
    const char *text = luaL_checklstring(state, 1, &size);
    return load_text(state, text, size, luaL_optstring(state, 2, text));
}

static int load_pieces(lua_State *state) {
    luaL_checktype(state, 1, LUA_TFUNCTION);
    const char *name = luaL_optstring(state, 2, "=(load)");
    luaL_Buffer pieces;
    luaL_buffinit(state, &pieces);
    while (1) {
        lua_pushvalue(state, 1);
        lua_call(state, 0, 1);
        if (lua_isnil(state, -1)) break;
        if (!lua_isstring(state, -1)) return luaL_error(state, "reader function must return a string");
        if (lua_objlen(state, -1) == 0) break;
        luaL_addvalue(&pieces);
    }
    lua_pop(state, 1);
    luaL_pushresult(&pieces);
    size_t size;
    const char *text = lua_tolstring(state, -1, &size);
    return load_text(state, text, size, name);
}

// MARK: Errors

// pcall shows the text of an error of redis.call, as scripts for older servers expect it.
static int text_pcall(lua_State *state) {
    luaL_checkany(state, 1);
    lua_pushboolean(state, 1);
    lua_insert(state, 1);
    if (lua_pcall(state, lua_gettop(state) - 2, LUA_MULTRET, 0) != 0) {
        if (lua_istable(state, -1)) {
            lua_pushliteral(state, "err");
            lua_rawget(state, -2);
            if (lua_isstring(state, -1)) {
                lua_replace(state, -2);
            } else {
                lua_pop(state, 1);
            }
        }
        lua_pushboolean(state, 0);
        lua_replace(state, 1);
    }
    return lua_gettop(state);
}

// MARK: Coroutines

static int bounded_resume(lua_State *state) {
    void *context;
    lua_getallocf(state, &context);
    strata_lua_host *host = context;
    if (host->resumed >= resume_limit) {
        lua_pushboolean(state, 0);
        lua_pushliteral(state, "C stack overflow");
        return 2;
    }
    host->resumed++;
    int count = original(state)(state);
    host->resumed--;
    return count;
}

// Upvalues: the original resume, the coroutine.
static int resume_wrapped(lua_State *state) {
    lua_pushvalue(state, lua_upvalueindex(2));
    lua_insert(state, 1);
    int count = bounded_resume(state);
    if (lua_toboolean(state, -count)) return count - 1;
    if (lua_isstring(state, -1)) {
        luaL_where(state, 1);
        lua_insert(state, -2);
        lua_concat(state, 2);
    }
    return lua_error(state);
}

// Upvalues: the original create, the original resume.
static int bounded_wrap(lua_State *state) {
    original(state)(state);
    lua_pushvalue(state, lua_upvalueindex(2));
    lua_insert(state, -2);
    lua_pushcclosure(state, resume_wrapped, 2);
    return 1;
}

// MARK: Opening

// Field `name` of the table on the top: the original, as a pointer.
static void push_original(lua_State *state, const char *name) {
    lua_getfield(state, -1, name);
    lua_CFunction function = lua_tocfunction(state, -1);
    lua_pop(state, 1);
    lua_pushlightuserdata(state, (void *)function);
}

static void wrap(lua_State *state, const char *name, lua_CFunction wrapper) {
    push_original(state, name);
    lua_pushcclosure(state, wrapper, 1);
    lua_setfield(state, -2, name);
}

static void open_library(lua_State *state, const char *name, lua_CFunction open) {
    lua_pushcfunction(state, open);
    lua_pushstring(state, name);
    lua_call(state, 1, 0);
}

lua_State *strata_lua_open(strata_lua_host *host) {
    lua_State *state = strata_lua_new(host);
    if (state == NULL) return NULL;
    open_library(state, "", luaopen_base);
    open_library(state, LUA_TABLIBNAME, luaopen_table);
    open_library(state, LUA_STRLIBNAME, luaopen_string);
    open_library(state, LUA_MATHLIBNAME, luaopen_math);

    // Files, environments (which lead to the globals), and userdata, whose finalisers could raise anywhere.
    static const char *const removed[] = {"dofile", "loadfile", "print", "getfenv", "setfenv", "newproxy", NULL};
    for (int index = 0; removed[index] != NULL; index++) {
        lua_pushnil(state);
        lua_setglobal(state, removed[index]);
    }
    lua_pushvalue(state, LUA_GLOBALSINDEX);
    wrap(state, "rawset", call_if_writable);
    wrap(state, "setmetatable", call_if_writable);
    wrap(state, "rawget", call_with_hidden);
    lua_getfield(state, -1, "next");
    lua_pushcclosure(state, readonly_pairs, 1);
    lua_setfield(state, -2, "pairs");
    lua_pushcfunction(state, load_string);
    lua_setfield(state, -2, "loadstring");
    lua_pushcfunction(state, load_pieces);
    lua_setfield(state, -2, "load");
    lua_pushcfunction(state, text_pcall);
    lua_setfield(state, -2, "pcall");

    lua_getfield(state, -1, LUA_TABLIBNAME);
    static const char *const writers[] = {"insert", "remove", "sort", "setn", NULL};
    for (int index = 0; writers[index] != NULL; index++) wrap(state, writers[index], call_if_writable);
    lua_pop(state, 1);

    lua_getfield(state, -1, LUA_STRLIBNAME);
    static const char *const searches[] = {"find", "match", "gmatch", "gfind", "gsub", NULL};
    for (int index = 0; searches[index] != NULL; index++) wrap(state, searches[index], call_with_short_pattern);
    lua_pop(state, 1);

    lua_getfield(state, -1, LUA_COLIBNAME);
    push_original(state, "create");
    lua_pushvalue(state, -2);
    push_original(state, "resume");
    lua_remove(state, -2);
    lua_pushcclosure(state, bounded_wrap, 2);
    lua_setfield(state, -2, "wrap");
    wrap(state, "resume", bounded_resume);
    lua_pop(state, 2);
    return state;
}

void strata_lua_seal(lua_State *state) {
    lua_newtable(state);
    lua_setfield(state, LUA_REGISTRYINDEX, "strata.metatable");
    lua_getfield(state, LUA_REGISTRYINDEX, "strata.metatable");
    make_readonly(state);
    lua_setfield(state, LUA_REGISTRYINDEX, "strata.metatable");

    lua_pushnil(state);
    lua_setglobal(state, "_G");
    lua_pushvalue(state, LUA_GLOBALSINDEX);
    lua_pushnil(state);
    while (lua_next(state, -2)) {
        if (lua_istable(state, -1)) {
            make_readonly(state);
            lua_pushvalue(state, -2);
            lua_insert(state, -2);
            lua_rawset(state, -4);  // of a field that is there: lua_next goes on
        } else {
            lua_pop(state, 1);
        }
    }

    // Strings keep their own table; what getmetatable shows of it is a copy.
    lua_pushliteral(state, "");
    lua_getmetatable(state, -1);
    lua_createtable(state, 0, 1);
    lua_getglobal(state, LUA_STRLIBNAME);
    lua_setfield(state, -2, "__index");
    make_readonly(state);
    lua_setfield(state, -2, "__metatable");
    lua_pop(state, 2);

    lua_pushlightuserdata(state, (void *)&globals_key);
    lua_pushvalue(state, -2);
    lua_rawset(state, LUA_REGISTRYINDEX);
    lua_pushvalue(state, -1);
    make_readonly(state);
    lua_pushvalue(state, -1);
    lua_setfield(state, -3, "_G");
    lua_replace(state, LUA_GLOBALSINDEX);
    lua_createtable(state, 0, 1);
    lua_pushcfunction(state, refuse_unknown);
    lua_setfield(state, -2, "__index");
    lua_setmetatable(state, -2);
    lua_pop(state, 1);
}

void strata_lua_push_globals(lua_State *state) {
    lua_pushlightuserdata(state, (void *)&globals_key);
    lua_rawget(state, LUA_REGISTRYINDEX);
}
