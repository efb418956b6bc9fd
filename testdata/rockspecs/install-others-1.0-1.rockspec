-- files: src/handler.lua src/schema.lua bin/tool x.conf
package = "install-others"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
  install = { bin = { "bin/tool" }, conf = { "x.conf" } },
}
