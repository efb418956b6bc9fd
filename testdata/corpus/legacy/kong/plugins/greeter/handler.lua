-- kong/plugins/greeter/handler.lua
local Base = require "kong.plugins.base_plugin"
return { PRIORITY = 10, VERSION = "1.0.0" }
