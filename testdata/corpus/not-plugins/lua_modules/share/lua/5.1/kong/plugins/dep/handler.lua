-- lua_modules/share/lua/5.1/kong/plugins/dep/handler.lua
return { PRIORITY = 10, VERSION = "1.0.0" }
