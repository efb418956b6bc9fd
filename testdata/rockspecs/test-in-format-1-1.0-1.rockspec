-- files: src/handler.lua src/schema.lua
package = "test-in-format-1"
version = "1.0-1"
test = { type = "busted" }
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
}
