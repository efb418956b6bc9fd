-- files: src/handler.lua src/schema.lua
local plugin = "x"
local version_text, revision = "1.0", 1
package = "new-template"
version = version_text .. "-" .. revision
local branch = version_text == "dev" and "main" or version_text
source = { url = "git://example.com/x", tag = branch }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins." .. plugin .. ".handler"] = "src/handler.lua",
  },
}
