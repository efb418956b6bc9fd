-- files: src/handler.lua src/schema.lua
package = "slashes"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong/plugins/x/handler"] = "src/handler.lua",
    schema = "./src/schema.lua",
  },
}
