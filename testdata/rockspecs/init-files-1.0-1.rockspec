-- files: src/init.lua src/a/init.lua src/b.lua src/c/init.lua
package = "init-files"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    acme = "src/init.lua",
    ["acme.a"] = "src/a/init.lua",
    ["acme.a.init"] = "src/b.lua",
  },
}
