-- files: src/handler.lua src/schema.lua src/b.lua src/c.lua src/d.lua
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
    unix = { modules = { lib = "src/b.lua", ["kong.plugins.x.schema"] = "src/c.lua" } },
    linux = { modules = { lib = "src/d.lua" } },
    macosx = { modules = { mac = "src/handler.lua" } },
    windows = { type = "make" },
  },
}
