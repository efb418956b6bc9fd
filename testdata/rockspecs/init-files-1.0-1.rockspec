-- files: src/init.lua src/a/init.lua src/b.lua
package = "init-files"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    acme = "src/init.lua",
    ["acme.a"] = "src/a/init.lua",
    ["acme.b"] = "src/b.lua",
  },
}
