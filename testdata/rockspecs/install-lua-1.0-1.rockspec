-- files: src/handler.lua src/schema.lua data.json src/init.lua
package = "install-lua"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
  install = {
    lua = {
      ["kong.plugins.x.data.json"] = "data.json",
      ["acme.list"] = "src/init.lua",
      plain = "src/schema.lua",
      "src/handler.lua",
    },
  },
}
