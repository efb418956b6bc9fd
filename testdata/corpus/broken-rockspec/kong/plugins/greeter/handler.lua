-- kong/plugins/greeter/handler.lua
return { PRIORITY = 10, VERSION = "1.0.0" }
