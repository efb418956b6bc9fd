/** A pattern that Lua refuses, in Lua's words, or one that takes more steps than it is given. */
export class LuaPatternError extends Error {}
