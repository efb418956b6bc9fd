-- files: src/a.c
package = "c-module"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    a = "src/a.c",
  },
}
