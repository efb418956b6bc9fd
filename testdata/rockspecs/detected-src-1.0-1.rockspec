-- files: src/handler.lua src/schema.lua src/a/init.lua src/spec/x.lua lib/b.lua src/data.json src/a.b.lua
rockspec_format = "3.0"
package = "detected-src"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = { type = "builtin" }
