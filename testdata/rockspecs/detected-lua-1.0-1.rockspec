-- files: lua/acme/util.lua lua/init.lua other.lua
rockspec_format = "3.0"
package = "detected-lua"
version = "1.0-1"
source = { url = "git://example.com/x" }

