-- files: src/handler.lua src/schema.lua
package = "string-library"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    [string.lower("A")] = "src/handler.lua",
  },
}
