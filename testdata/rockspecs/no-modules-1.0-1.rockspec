-- files: src/handler.lua src/schema.lua
package = "no-modules"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = { type = "builtin" }
