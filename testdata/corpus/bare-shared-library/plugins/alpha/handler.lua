-- plugins/alpha/handler.lua
local lib = require "kong.plugins.common.text"
return { PRIORITY = 10, VERSION = "1.0.0" }
