-- files: src/handler.lua src/schema.lua
package = "old-module-type"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "module",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
}
