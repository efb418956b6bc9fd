-- files: 
package = "missing-file"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    a = "src/a.lua",
  },
}
