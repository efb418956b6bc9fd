-- files: src/handler.lua src/schema.lua
package = "syntax"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {
