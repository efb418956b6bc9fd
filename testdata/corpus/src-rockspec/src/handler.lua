-- src/handler.lua
local words = require "kong.plugins.greeter.words"
return { PRIORITY = 10, VERSION = "1.0.0" }
