-- files: lua/acme/util.lua other/x.lua
package = "copy-lua-directory"
version = "1.0-1"
source = { url = "git://example.com/x" }
build = { type = "none", copy_directories = { "lua/acme", "other" } }
