-- files: src/handler.lua src/schema.lua
package = "platforms"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
  platforms = {
    unix = { modules = { lib = "src/schema.lua", ["kong.plugins.x.schema"] = "src/handler.lua" } },
    linux = { modules = { lib = "src/handler.lua" } },
    macosx = { modules = { mac = "src/handler.lua" } },
    windows = { type = "make" },
  },
}
