-- files: src/handler.lua src/schema.lua
package = "assigned-later"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {}
build.type = "builtin"
build.modules = {}
local modules = build.modules
modules["kong.plugins.x.handler"] = "src/handler.lua"
build.modules.lib = "src/schema.lua"
