-- files: src/handler.lua src/schema.lua
rockspec_format = "3.0"
package = "test-and-deploy"
version = "1.0-1"
test = { type = "busted", platforms = { unix = { flags = { "-v" } } } }
test_dependencies = { "busted" }
build_dependencies = { "lua >= 5.1" }
deploy = { wrap_bin_scripts = false }
supported_platforms = { "linux", "!windows" }
dependencies = { "lua >= 5.1", platforms = { unix = { "lua >= 5.1", "penlight" } } }
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.x.handler"] = "src/handler.lua",
    ["kong.plugins.x.schema"] = "src/schema.lua",
  },
}
