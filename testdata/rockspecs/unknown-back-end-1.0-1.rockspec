-- files: src/handler.lua src/schema.lua
package = "unknown-back-end"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "spaceship",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
}
