-- files: src/handler.lua src/schema.lua
package = "no-source"
version = "1.0-1"
-- source = none
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
}
