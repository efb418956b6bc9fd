-- lua_modules/share/lua/5.1/kong/plugins/dep/schema.lua
return { name = "x", fields = {} }
