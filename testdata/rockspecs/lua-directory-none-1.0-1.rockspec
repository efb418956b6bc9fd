-- files: src/handler.lua src/schema.lua lua/acme/util.lua
package = "lua-directory-none"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = { type = "none", install = { lua = { ["a.b"] = "src/handler.lua" } } }
