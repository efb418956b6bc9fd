-- files: src/handler.lua src/schema.lua
package = "platform-install"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
  platforms = { unix = { install = { lua = { extra = "src/schema.lua" } } } },
}
