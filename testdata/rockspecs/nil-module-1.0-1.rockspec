-- files: src/handler.lua src/schema.lua
package = "nil-module"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    gone = nil,
  },
}
