-- files: src/init.lua src/b.lua
package = "named-init"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    ["acme.init"] = "src/init.lua",
    ["other.init"] = "src/b.lua",
  },
}
