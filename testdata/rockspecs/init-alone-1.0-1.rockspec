-- files: src/init.lua
package = "init-alone"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    init = "src/init.lua",
  },
}
