-- files: src/handler.lua src/schema.lua
package = "string-methods"
version = "1.0-1"
local name = ("x"):upper()
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    [("KONG.plugins.x"):lower():gsub("_", "-") .. ("%s%s"):format(".han", "dler")] = ("src/x.lua"):sub(1, 4) .. "handler" .. (".lua"):rep(1),
    ["a" .. #name] = ("aul.amehcs/crs"):reverse(),
  },
}
