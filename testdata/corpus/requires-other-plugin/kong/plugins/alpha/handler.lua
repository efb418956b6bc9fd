-- kong/plugins/alpha/handler.lua
local other = require "kong.plugins.beta.words"
return { PRIORITY = 10, VERSION = "1.0.0" }
