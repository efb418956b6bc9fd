-- files: src/handler.lua src/schema.lua
package = "another"
version = "2.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
}
