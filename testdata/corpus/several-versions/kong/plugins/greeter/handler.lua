-- kong/plugins/greeter/handler.lua
return { PRIORITY = 10, VERSION = "0.10.0" }
