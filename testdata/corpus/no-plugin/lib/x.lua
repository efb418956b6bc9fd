-- lib/x.lua
return {}
