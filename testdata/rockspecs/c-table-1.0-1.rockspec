-- files: src/a.c
package = "c-table"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    a = { sources = { "src/a.c" } },
  },
}
