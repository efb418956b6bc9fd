-- kong/plugins/unused-lib/x.lua
return {}
