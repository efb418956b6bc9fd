-- files: src/handler.lua src/schema.lua
package = "conditions"
version = "1.0-1"
local mod
local debug = false
if debug then
  mod = "a"
elseif version == "1.0-1" then
  local inner = "b.c"
  mod = inner
else
  mod = "d"
end
source = { url = "git://example.com/x" }
build = {
  type = "builtin",
  modules = {
    [mod] = "src/handler.lua",
  },
}
