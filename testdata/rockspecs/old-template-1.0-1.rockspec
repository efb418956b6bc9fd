-- files: src/handler.lua src/schema.lua
package = "old-template"
version = "1.0-1"
local name = package:match("^old%-(.+)$")
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins." .. name .. ".handler"] = "src/handler.lua",
    ["kong.plugins." .. name .. ".schema"] = "src/schema.lua",
  },
}
