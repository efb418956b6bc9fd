-- files: lib/acme.lua lib/tests.lua lib/lua_modules/x.lua spec/x_spec.lua
rockspec_format = "3.0"
package = "detected-lib"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = {}
