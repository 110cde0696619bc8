#include "strata_lua.h"
#include <stdio.h>
#include <stdlib.h>

static strata_lua_host *host_of(lua_State *state) {
    void *host;
    lua_getallocf(state, &host);
    return host;
}

static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
    strata_lua_host *host = context;
    if (new_size == 0) {
        free(block);
        host->used -= old_size;
        return NULL;
    }
    if (new_size > old_size && !host->unlimited && host->used + (new_size - old_size) > host->limit) return NULL;
    void *moved = realloc(block, new_size);
    if (moved == NULL) {
        // Lua takes it for granted that a block can be made smaller; and where Swift is above, it must not jump.
        if (new_size <= old_size) return block;
        if (host->unlimited) abort();
        return NULL;
    }
    host->used += new_size - old_size;
    return moved;
}

lua_State *strata_lua_new(strata_lua_host *host) { return lua_newstate(allocate, host); }

static int call_host(lua_State *state) {
    strata_lua_host *host = host_of(state);
    int function = (int)lua_tointeger(state, lua_upvalueindex(1));
    host->unlimited++;
    int count = host->call(host->context, state, function);
    host->unlimited--;
    if (count >= 0) return count;
    if (count == STRATA_LUA_RAISE) return lua_error(state);
    if (count == STRATA_LUA_RAISE_HERE) {
        luaL_where(state, 1);
        lua_insert(state, -2);
        lua_concat(state, 2);
        return lua_error(state);
    }
    return luaL_argerror(state, STRATA_LUA_RAISE_ARGUMENT - count, lua_tostring(state, -1));
}

void strata_lua_register(lua_State *state, const char *library, const char *name, int function) {
    lua_getglobal(state, library);
    if (lua_isnil(state, -1)) {
        lua_pop(state, 1);
        lua_newtable(state);
        lua_pushvalue(state, -1);
        lua_setglobal(state, library);
    }
    lua_pushinteger(state, function);
    lua_pushcclosure(state, call_host, 1);
    lua_setfield(state, -2, name);
    lua_pop(state, 1);
}

// The hook stays set for lines once the script is to end: a pcall around the loop does not save it.
static void interrupted(lua_State *state, lua_Debug *record) {
    (void)record;
    strata_lua_host *host = host_of(state);
    host->unlimited++;
    int is_over = host->interrupt(host->context);
    host->unlimited--;
    if (!is_over) return;
    lua_sethook(state, interrupted, LUA_MASKLINE, 0);
    lua_createtable(state, 0, 1);
    lua_pushliteral(state, "ERR Error running script: Script killed by user with SCRIPT KILL.");
    lua_setfield(state, -2, "err");
    lua_error(state);
}

void strata_lua_watch(lua_State *state, int instructions) {
    lua_sethook(state, interrupted, LUA_MASKCOUNT, instructions);
}

// Runs where the error was raised, and notes where that is.
static int describe(lua_State *state) {
    lua_Debug record;
    int is_known = lua_getstack(state, 1, &record) && lua_getinfo(state, "Sl", &record);
    if (is_known && record.what[0] == 'C') {
        is_known = lua_getstack(state, 2, &record) && lua_getinfo(state, "Sl", &record);
    }
    if (!lua_istable(state, 1)) {
        lua_createtable(state, 0, 3);
        lua_pushliteral(state, "ERR ");
        switch (lua_type(state, 1)) {
        case LUA_TSTRING:
        case LUA_TNUMBER: lua_pushvalue(state, 1); break;
        case LUA_TBOOLEAN: lua_pushstring(state, lua_toboolean(state, 1) ? "true" : "false"); break;
        case LUA_TNIL: lua_pushliteral(state, "nil"); break;
        default: lua_pushfstring(state, "%s: %p", luaL_typename(state, 1), lua_topointer(state, 1));
        }
        lua_concat(state, 2);
        lua_setfield(state, -2, "err");
    } else {
        lua_pushvalue(state, 1);
    }
    if (is_known) {
        lua_pushliteral(state, "source");
        lua_pushstring(state, record.source);
        lua_rawset(state, -3);
        lua_pushliteral(state, "line");
        lua_pushinteger(state, record.currentline);
        lua_rawset(state, -3);
    }
    return 1;
}

int strata_lua_protected(lua_State *state) {
    strata_lua_host *host = host_of(state);
    host->resumed = 0;
    int unlimited = host->unlimited;
    lua_pushcfunction(state, describe);
    lua_insert(state, -2);
    host->unlimited = 0;
    int result = lua_pcall(state, 0, 1, -2);
    host->unlimited = unlimited;
    lua_remove(state, -2);
    return result;
}

int strata_lua_load(lua_State *state, const char *text, size_t size, const char *name) {
    if (size > 0 && text[0] == LUA_SIGNATURE[0]) {
        lua_pushliteral(state, "compiled code is refused");
        return LUA_ERRSYNTAX;
    }
    return luaL_loadbuffer(state, text, size, name);
}

int strata_lua_print(char *text, size_t size, int precision, double value) {
    return snprintf(text, size, "%.*g", precision, value);
}
