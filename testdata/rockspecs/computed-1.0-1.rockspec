-- files: src/handler.lua src/schema.lua
package = "computed"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    a = os.getenv("A"),
  },
}
