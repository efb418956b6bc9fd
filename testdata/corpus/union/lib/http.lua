-- lib/http.lua
return {}
