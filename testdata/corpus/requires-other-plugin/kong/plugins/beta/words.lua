-- kong/plugins/beta/words.lua
return {}
