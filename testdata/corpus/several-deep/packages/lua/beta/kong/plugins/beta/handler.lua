-- packages/lua/beta/kong/plugins/beta/handler.lua
return { PRIORITY = 10, VERSION = "2.1.0" }
