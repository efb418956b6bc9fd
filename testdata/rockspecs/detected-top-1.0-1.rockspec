-- files: acme.lua acme/util.lua spec/x_spec.lua test.lua tests/x.lua lua_modules/y.lua
rockspec_format = "3.0"
package = "detected-top"
version = "1.0-1"
source = { url = "git://example.com/x" }
description = { labels = { "kong" } }
